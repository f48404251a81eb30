using System.Globalization;

namespace GenreCloud.Registry;

/// <summary>A model version's report on samples of a dataset version.</summary>
/// <param name="Source">Where it stands, for messages.</param>
/// <param name="Dataset">The dataset's name.</param>
/// <param name="DatasetVersion">Its version.</param>
/// <param name="SampleSet">Which samples these were: reports with the same text are of the same ones.</param>
/// <param name="At">When it was measured.</param>
internal sealed record Measurement(string Source, string Dataset, int DatasetVersion, string SampleSet, EvaluationReport Report, DateTimeOffset At)
{
    /// <summary>What a card tells, of the samples that its training held back; null where it does not say which these were.</summary>
    public static Measurement? OfCard(ModelCard card) =>
        card is { Evaluation: { } report, Lineage: { Dataset: { } dataset, Split: { } split } }
        && int.TryParse(dataset.Version, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? new Measurement("the card", dataset.Name, version, $"held back by {Named(dataset, split)}; {Support(report, card.Labels)}", report, card.CreatedAt)
            : null;

    /// <summary>What an evaluation has measured; null where it has not, or where nobody can tell which samples it left out.</summary>
    public static Measurement? OfEvaluation(StoredEvaluation evaluation, ModelCard card)
    {
        if (evaluation.Result is not { } result)
        {
            return null;
        }

        var lineage = card.Lineage;
        var seen = result.Samples.Seen;
        var set = !seen.LeftOut || seen is { Tracks: 0, OfSameArtists: 0 } ? "all"
            : lineage is { Dataset: { } dataset, Split: { } split, StartedFrom: null } ? $"unseen by {Named(dataset, split)}"
            : null;
        return set is null
            ? null
            : new Measurement(
                $"evaluation {evaluation.Id}",
                evaluation.Dataset,
                evaluation.DatasetVersion,
                $"{set}; {Support(result.Report, result.Labels)}",
                result.Report,
                evaluation.CreatedAt);
    }

    /// <summary>Whether both are of the same samples.</summary>
    public bool IsComparableTo(Measurement other) =>
        Dataset == other.Dataset && DatasetVersion == other.DatasetVersion && SampleSet == other.SampleSet;

    public double? ValueOf(GateMetric metric) => metric switch
    {
        GateMetric.Top1 => Report.Top1,
        GateMetric.Top3 => Report.Top3,
        GateMetric.Top5 => Report.Top5,
        GateMetric.MacroF1 => Report.MacroF1,
        GateMetric.Loss => Report.Loss,
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "A report has no such figure."),
    };

    private static string Named(DatasetReference dataset, DataSplit split) => FormattableString.Invariant(
        $"{dataset.Name} {dataset.Version} {dataset.ManifestSha256} {split.Unit} {split.Seed} {split.ValidationFraction} {split.Folds} {split.Fold}");

    /// <summary>How many samples of which label: models that do not know the same labels were not asked the same.</summary>
    private static string Support(EvaluationReport report, IReadOnlyList<string> labels) => string.Join(
        ',',
        labels.Zip(report.ConfusionMatrix, (label, row) => (label, samples: row.Sum()))
            .Where(entry => entry.samples > 0)
            .OrderBy(entry => entry.label, StringComparer.Ordinal)
            .Select(entry => FormattableString.Invariant($"{entry.label}:{entry.samples}")));
}
