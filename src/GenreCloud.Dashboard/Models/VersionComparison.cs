using GenreCloud.Client;
using GenreCloud.Client.Models;
using GenreCloud.Dashboard.Components;

namespace GenreCloud.Dashboard.Models;

/// <summary>Two versions of a model beside each other.</summary>
/// <param name="Caveat">Why their figures cannot be compared; null where they can.</param>
/// <param name="Rows">What they reach and what they are made of.</param>
internal sealed record VersionComparison(string? Caveat, IReadOnlyList<ComparisonRow> Rows)
{
    public static async Task<VersionComparison> ReadAsync(InferenceClient inference, string model, int first, int second, CancellationToken cancellationToken)
    {
        var cards = await Task.WhenAll(inference.GetModelVersionAsync(model, first, cancellationToken), inference.GetModelVersionAsync(model, second, cancellationToken));
        return Of(cards[0], cards[1]);
    }

    public static VersionComparison Of(ModelCard first, ModelCard second)
    {
        var (one, other) = (first.Evaluation, second.Evaluation);
        return new VersionComparison(
            CaveatOf(first, second),
            [
                Share("top-1", one?.Top1, other?.Top1),
                Share("top-3", one?.Top3, other?.Top3),
                Share("top-5", one?.Top5, other?.Top5),
                Share("macro F1", one?.MacroF1, other?.MacroF1),
                Share("expected calibration error", (one?.Calibration?.After ?? one?.Calibration?.Before)?.ExpectedCalibrationError, (other?.Calibration?.After ?? other?.Calibration?.Before)?.ExpectedCalibrationError),
                new("loss, nats", Figure.Number(one?.Loss), Figure.Number(other?.Loss), Figure.Number(other?.Loss - one?.Loss)),
                .. first.Labels.Concat(second.Labels).Distinct(StringComparer.Ordinal).Select(label => Share($"F1 of {label}", F1Of(first, label), F1Of(second, label))),
                new("architecture", first.Architecture, second.Architecture, ""),
                new("dataset", DatasetOf(first), DatasetOf(second), ""),
                new("size", Figure.Bytes(first.SizeBytes), Figure.Bytes(second.SizeBytes), ""),
                new("registered", Figure.Time(first.CreatedAt), Figure.Time(second.CreatedAt), ""),
            ]);
    }

    private static string? CaveatOf(ModelCard first, ModelCard second) =>
        first.Evaluation is null || second.Evaluation is null ? "At least one has no evaluation. POST /api/evaluations measures it."
            : DatasetOf(first) != DatasetOf(second) ? $"Version {first.Version} was measured on {DatasetOf(first)}, version {second.Version} on {DatasetOf(second)}."
            : (first.Lineage.Split?.Seed, first.Lineage.Split?.Unit, first.Lineage.Split?.Fold) != (second.Lineage.Split?.Seed, second.Lineage.Split?.Unit, second.Lineage.Split?.Fold)
                ? "Their splits differ: each was measured with other samples."
            : null;

    private static ComparisonRow Share(string name, double? first, double? second) =>
        new(name, Figure.Percent(first), Figure.Percent(second), second - first is { } difference ? $"{Figure.Points(difference)} points" : "-");

    private static double? F1Of(ModelCard card, string label)
    {
        var index = card.Labels.ToList().IndexOf(label);
        return index < 0 ? null : card.Evaluation?.Classes[index].F1;
    }

    private static string DatasetOf(ModelCard card) => card.Lineage.Dataset is { } dataset ? $"{dataset.Name} version {dataset.Version}" : "unknown";
}

/// <summary>One figure of both.</summary>
/// <param name="Difference">The second less the first; empty where there is none.</param>
internal sealed record ComparisonRow(string Name, string First, string Second, string Difference);
