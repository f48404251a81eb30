using System.Globalization;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Samples;
using GenreCloud.Registry;
using GenreCloud.Training.Runs;

namespace GenreCloud.Training.ModelEvaluations;

/// <summary>What a registered model learnt from, computed again from what its card says.</summary>
/// <param name="Samples">Of its training; null when nothing is known of it.</param>
/// <param name="UnknownReason">Why it is not, or not all, known; null when it is.</param>
internal sealed record LearntSamples(IReadOnlyList<Sample>? Samples, string? UnknownReason)
{
    /// <summary>What the version itself was trained on, and what those were whose weights it began with.</summary>
    /// <exception cref="UnusableModelException">One of those has a card that is too new for this program.</exception>
    public static async Task<LearntSamples> FindAsync(ModelCard card, ModelRegistry registry, DatasetStore datasets, CancellationToken cancellationToken)
    {
        var own = await FindOwnAsync(card, datasets, cancellationToken);
        if (card.Lineage.StartedFrom is not { } start)
        {
            return own;
        }

        var earlier = await registry.FindCardAsync(start.Model, start.Version, cancellationToken) is { } found && found.Weights?.Sha256 == start.WeightsSha256
            ? await FindAsync(found, registry, datasets, cancellationToken)
            : Unknown("That version is no longer there.");
        return new LearntSamples(
            own.Samples is null && earlier.Samples is null ? null : [.. own.Samples ?? [], .. earlier.Samples ?? []],
            own.UnknownReason
            ?? (earlier.UnknownReason is { } reason ? $"Its training began with the weights of {start.Model} version {start.Version}. {reason}" : null));
    }

    private static async Task<LearntSamples> FindOwnAsync(ModelCard card, DatasetStore datasets, CancellationToken cancellationToken)
    {
        if (card.Lineage.Dataset is not { } trained)
        {
            return Unknown(card.Lineage.Source is { } source ? $"The model was not trained here: it was made from {source}." : "The model was not trained here.");
        }

        if (card.Lineage.Hyperparameters is not { } settings || RunSplit.Read(settings) is not { } split)
        {
            return Unknown("The model's card does not say how its dataset was split.");
        }

        var name = $"{trained.Name} version {trained.Version}, which the model learnt from,";
        var dataset = int.TryParse(trained.Version, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && DatasetName.IsValid(trained.Name)
            ? await datasets.FindAsync(trained.Name, version, cancellationToken)
            : null;
        if (dataset is null)
        {
            return Unknown($"{name} is no longer there.");
        }

        if (dataset.ManifestSha256 != trained.ManifestSha256)
        {
            return Unknown($"{name} is no longer the same.");
        }

        var samples = await dataset.ReadSamplesAsync(cancellationToken);
        Sample[] learnt = [.. split.Compute(samples).Training.Select(index => samples[index])];
        return card.Lineage.Split is { } known && !known.TrainingSamples.SequenceEqual(card.Labels.Select(label => learnt.Count(sample => sample.Label == label)))
            ? Unknown($"{name} was split in a way that this program does not know.")
            : new LearntSamples(learnt, null);
    }

    private static LearntSamples Unknown(string reason) => new(null, reason);
}
