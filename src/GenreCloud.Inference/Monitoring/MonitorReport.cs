using GenreCloud.Registry;

namespace GenreCloud.Inference.Monitoring;

/// <summary>The answer of <c>GET /api/models/{name}/versions/{version}/monitor</c>: whether a version is asked and answers as it did where it was measured.</summary>
/// <param name="Drift">Of the last day: that of the statistic that has changed most.</param>
/// <param name="Advice">What to do where nothing can be said; null where something is.</param>
/// <param name="ReferenceSamples">Spectrograms that it is compared with; null for a version without a reference.</param>
/// <param name="LastDay">The last 24 hours, the present one included; null for a version without a reference.</param>
/// <param name="Total">Everything that was ever counted; null for a version without a reference.</param>
public sealed record MonitorReport(
    string Model, int Version, Drift Drift, string? Advice, int? ReferenceSamples, MonitoredSpan? LastDay, MonitoredSpan? Total)
{
    /// <summary>Of fewer spectrograms nothing is said: ten a bin.</summary>
    internal const int FewestSpectrograms = 100;

    internal static MonitorReport WithoutReference(string model, int version) => new(
        model,
        version,
        Drift.Unknown,
        $"The card of {model} version {version} has no reference to compare with: an earlier program registered it, or it was made from a checkpoint without a dataset. Train a version again "
        + "(POST /api/runs), or register the checkpoint again with a dataset that is like what it learnt from (POST /api/checkpoints?dataset=).",
        ReferenceSamples: null,
        LastDay: null,
        Total: null);

    /// <param name="document">What was counted; null for nothing.</param>
    internal static MonitorReport Of(string model, int version, ReferenceStatistics reference, MonitorDocument? document, DateTimeOffset now)
    {
        var begin = MonitorDocument.DayBegin(now);
        var hours = document?.Hours ?? [];
        var day = MonitoredSpan.Of(reference, begin, [.. hours.Where(hour => hour.Hour >= begin).Select(hour => hour.Counts)]);
        var total = MonitoredSpan.Of(
            reference, document?.Since, [.. hours.Select(hour => hour.Counts), .. document?.Earlier is { } earlier ? [earlier] : (IReadOnlyList<IReadOnlyList<long>>[])[]]);
        return new MonitorReport(
            model,
            version,
            day.Statistics.Max(statistic => statistic.Drift),
            day.Spectrograms < FewestSpectrograms
                ? $"{day.Spectrograms} spectrograms were answered in the last 24 hours; of fewer than {FewestSpectrograms} nothing is said. Windows of a song count one by one."
                : null,
            reference.Samples,
            day,
            total);
    }
}

/// <summary>What was counted in some time.</summary>
/// <param name="Since">Its beginning; null while nothing was counted.</param>
/// <param name="Spectrograms">How many were answered: of a song each window.</param>
/// <param name="Statistics">Answers first, then inputs, then the features of models with a tabular branch.</param>
public sealed record MonitoredSpan(DateTimeOffset? Since, long Spectrograms, IReadOnlyList<MonitoredStatistic> Statistics)
{
    internal static MonitoredSpan Of(ReferenceStatistics reference, DateTimeOffset? since, IReadOnlyList<IReadOnlyList<IReadOnlyList<long>>> counted)
    {
        var sum = BinCounts.Sum(reference, counted).Counts;
        return new MonitoredSpan(since, sum[0].Sum(), [.. reference.Statistics.Zip(sum, MonitoredStatistic.Of)]);
    }
}

/// <summary>One statistic, then and now.</summary>
/// <param name="Name">
/// <c>label</c>, the most probable one; <c>confidence</c>, its probability; <c>entropy</c> of all probabilities, in nats; of spectrograms <c>level</c> (mean loudness, 0 to 1), <c>spread</c> (its
/// standard deviation), <c>silence</c> (the part of the picture in the quietest tenth) and <c>centroid</c> (mel band); or a tabular column.
/// </param>
/// <param name="Kind">What it is of.</param>
/// <param name="Stability">The population stability index; null where too few spectrograms were counted.</param>
/// <param name="ByChance">What the index stays below in 95 of 100 cases while nothing has changed.</param>
/// <param name="Drift">What that means.</param>
/// <param name="Edges">Limits between the bins; null for the label.</param>
/// <param name="Reference">The part of the reference in each bin: of labels in the card's order, else the lowest first; values that may be missing have one more bin for that, the last.</param>
/// <param name="Observed">The part of what was counted in each bin; null while nothing was.</param>
public sealed record MonitoredStatistic(
    string Name,
    StatisticKind Kind,
    double? Stability,
    double? ByChance,
    Drift Drift,
    IReadOnlyList<double>? Edges,
    IReadOnlyList<double> Reference,
    IReadOnlyList<double>? Observed)
{
    internal static MonitoredStatistic Of(ReferenceStatistic statistic, IReadOnlyList<long> observed)
    {
        long[] reference = statistic.Missing is { } missing ? [.. statistic.Counts, missing] : [.. statistic.Counts];
        var (samples, spectrograms) = (reference.Sum(), observed.Sum());
        var isEnough = spectrograms >= MonitorReport.FewestSpectrograms && reference.Length > 1;
        double? stability = isEnough ? PopulationStability.Of(reference, observed) : null;
        double? byChance = isEnough ? PopulationStability.ByChance(reference.Length, samples, spectrograms) : null;
        return new MonitoredStatistic(
            statistic.Name,
            statistic.Kind,
            stability,
            byChance,
            stability is not { } index ? Drift.Unknown
                : index < PopulationStability.Moderate || index <= byChance ? Drift.None
                : index < PopulationStability.Large ? Drift.Moderate
                : Drift.Large,
            statistic.Edges,
            Shares(reference),
            spectrograms == 0 ? null : Shares(observed));
    }

    private static double[] Shares(IReadOnlyList<long> counts)
    {
        double all = counts.Sum();
        return [.. counts.Select(count => Math.Round(count / all, 4))];
    }
}

/// <summary>How far something has moved. The limits are a convention of credit scoring: look at what changed before you act on them.</summary>
public enum Drift
{
    /// <summary>Nothing can be said.</summary>
    Unknown,

    /// <summary>An index below 0.1, or one that chance alone makes.</summary>
    None,

    /// <summary>0.1 to 0.25.</summary>
    Moderate,

    /// <summary>0.25 or more.</summary>
    Large,
}
