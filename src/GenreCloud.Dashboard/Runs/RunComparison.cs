using GenreCloud.Client.Runs;
using GenreCloud.Dashboard.Charts;

namespace GenreCloud.Dashboard.Runs;

/// <summary>Runs beside each other.</summary>
/// <param name="Runs">Two or more.</param>
/// <param name="Losses">Training loss by step, one curve a run.</param>
internal sealed record RunComparison(IReadOnlyList<Run> Runs, IReadOnlyList<ChartSeries> Losses)
{
    /// <summary>As many as lines in a chart can be told apart.</summary>
    public const int MostRuns = 5;

    /// <summary>What a run is called here: its place, and of what it is.</summary>
    public static string NameOf(int index, Run run) => $"{index + 1}: {RunRow.Of(run).Name}";

    /// <summary>A figure of each epoch, one curve a run.</summary>
    public IReadOnlyList<ChartSeries> ByEpoch(Func<EpochMetrics, double> value) =>
        [.. Runs.Select((run, index) => new ChartSeries(NameOf(index, run), [.. run.Epochs.Select(epoch => new ChartPoint(epoch.Epoch, value(epoch)))]))];
}
