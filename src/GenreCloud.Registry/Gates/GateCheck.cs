using System.Globalization;
using Azure;
using Azure.Storage.Blobs.Models;

namespace GenreCloud.Registry;

/// <summary>Asks a gate whether a version may take the place of another one.</summary>
internal sealed class GateCheck(StoredEvaluations evaluations)
{
    public async Task<GateVerdict> JudgeAsync(PromotionGate gate, ModelCard candidate, ModelCard? holder, CancellationToken cancellationToken)
    {
        if (holder is null)
        {
            return new GateVerdict { Metric = gate.Metric, Passed = false, Finding = "The version that the alias stands for has no card to compare with." };
        }

        var stored = await ListAsync(cancellationToken);
        var pair = (
            from mine in Of(candidate)
            from theirs in Of(holder)
            where mine.IsComparableTo(theirs) && mine.ValueOf(gate.Metric) is not null && theirs.ValueOf(gate.Metric) is not null
            orderby mine.DatasetVersion descending, mine.At descending, theirs.At descending
            select (mine, theirs)).FirstOrDefault();
        return pair.mine is null ? NotMeasured(gate, candidate, holder) : Compare(gate, candidate.Version, pair.mine, holder.Version, pair.theirs);

        IEnumerable<Measurement> Of(ModelCard card) =>
            stored.Where(evaluation => evaluation.Model == card.Model && evaluation.ModelVersion == card.Version)
                .Select(evaluation => Measurement.OfEvaluation(evaluation, card))
                .Append(Measurement.OfCard(card))
                .OfType<Measurement>()
                .Where(measured => gate.Dataset is null || gate.Dataset == measured.Dataset)
                .Where(measured => gate.DatasetVersion is null || gate.DatasetVersion == measured.DatasetVersion);
    }

    private static GateVerdict Compare(PromotionGate gate, int candidate, Measurement mine, int holder, Measurement theirs)
    {
        var (value, theirValue) = (mine.ValueOf(gate.Metric)!.Value, theirs.ValueOf(gate.Metric)!.Value);
        var gain = gate.Metric == GateMetric.Loss ? theirValue - value : value - theirValue;
        var dataset = string.Create(CultureInfo.InvariantCulture, $"{mine.Dataset} version {mine.DatasetVersion}");
        return new GateVerdict
        {
            Metric = gate.Metric,
            Passed = gain > gate.MinimumGain,
            Dataset = dataset,
            Candidate = value,
            Holder = theirValue,
            Finding = string.Create(
                CultureInfo.InvariantCulture,
                $"{NameOf(gate.Metric)} on {dataset} is {value:0.0000} for version {candidate} ({mine.Source}) and {theirValue:0.0000} for version {holder} ({theirs.Source}): "
                + $"better by {gain:0.0000}, and it has to be more than {gate.MinimumGain:0.0000}."),
        };
    }

    private static GateVerdict NotMeasured(PromotionGate gate, ModelCard candidate, ModelCard holder)
    {
        var dataset = gate.Dataset ?? candidate.Lineage.Dataset?.Name ?? "NAME";
        var version = gate.DatasetVersion is { } number ? string.Create(CultureInfo.InvariantCulture, $", \"datasetVersion\": {number}") : "";
        return new GateVerdict
        {
            Metric = gate.Metric,
            Passed = false,
            Finding = string.Create(
                CultureInfo.InvariantCulture,
                $"Versions {candidate.Version} and {holder.Version} were not measured in {NameOf(gate.Metric)} on the same samples of the same dataset version. "
                + $"Measure both: POST /api/evaluations with {{\"model\": \"{candidate.Model}\", \"version\": {candidate.Version}, \"dataset\": \"{dataset}\"{version}}}, "
                + $"and the same with \"version\": {holder.Version}; where they learnt from different parts of that dataset, take one that neither learnt from, "
                + $"or \"samples\": \"all\"."),
        };
    }

    private static string NameOf(GateMetric metric) => metric switch
    {
        GateMetric.MacroF1 => "macroF1",
        _ => metric.ToString().ToLowerInvariant(),
    };

    private async Task<IReadOnlyList<StoredEvaluation>> ListAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await evaluations.ListAsync(cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            // The training service has never run here.
            return [];
        }
    }
}
