using GenreCloud.Datasets.Samples;
using GenreCloud.Datasets.Splits;
using GenreCloud.Modeling;

namespace GenreCloud.Training.Runs;

/// <summary>What a run's owner should know about its data and its machine before trusting the result, in whole sentences.</summary>
internal static class RunWarnings
{
    /// <summary>A label with fewer training samples is mostly learnt by heart.</summary>
    private const int FewSamples = 10;

    /// <param name="samples">Of the dataset version.</param>
    /// <param name="labels">In the order of the model's classes.</param>
    /// <param name="split">How the samples are used.</param>
    /// <param name="spec">What that split follows from.</param>
    /// <param name="selection">The epoch whose weights are kept.</param>
    /// <param name="otherPrecisionReason">Why the precision is not the one that was asked for; null when it is.</param>
    public static IReadOnlyList<string> Of(
        IReadOnlyList<SampleDescription> samples, IReadOnlyList<string> labels, Split split, SplitSpec spec, WeightSelection selection, string? otherPrecisionReason)
    {
        var training = Count(split.Training);
        var validation = Count(split.Validation);
        var groups = ArtistGroups.Of(samples);
        var byOneArtist = spec.Kind == SplitKind.Artist
            ? samples.Index().GroupBy(sample => sample.Item.Label, sample => groups[sample.Index]).Where(label => label.Distinct().Count() == 1).Select(label => label.Key).ToHashSet()
            : [];
        string[] few = [.. labels.Where(label => training.GetValueOrDefault(label) is > 0 and < FewSamples)];
        return
        [
            .. labels.Select(OneSided).OfType<string>(),
            .. few.Length > 0
                ? [$"There are fewer than {FewSamples} spectrograms each to learn {string.Join(", ", few.Select(label => $"{label} ({training[label]})"))} from."]
                : (string[])[],
            .. selection == WeightSelection.Best
                ? ["Its epoch was chosen by the spectrograms that it is measured with: the figures are too good. An evaluation on others tells."]
                : (string[])[],
            .. otherPrecisionReason is null ? (string[])[] : [$"It was not trained in the precision that was asked for. {otherPrecisionReason}"],
        ];

        Dictionary<string, int> Count(IReadOnlyList<int> indices) => indices.CountBy(index => samples[index].Label, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);

        string? OneSided(string label)
        {
            var artist = byOneArtist.Contains(label) ? "; they are all by one artist, or by artists who recorded together, who are on one side of the split" : "";
            return (training.GetValueOrDefault(label), validation.GetValueOrDefault(label)) switch
            {
                (0, 0) => $"No spectrogram of {label} has every tabular feature: it is neither learnt nor measured.",
                (0, var heldBack) => $"All spectrograms of {label} ({heldBack}) are held back{artist}: it is not learnt, and its recall is 0.",
                (var learnt, 0) => $"None of the spectrograms of {label} ({learnt}) is held back{artist}: how well it is answered is not measured.",
                _ => null,
            };
        }
    }
}
