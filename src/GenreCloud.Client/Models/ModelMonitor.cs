namespace GenreCloud.Client.Models;

/// <summary>Whether a model version is asked and answers as it did where it was measured, over all replicas of the service.</summary>
/// <param name="Drift">Of the last day: that of the statistic that has changed most.</param>
/// <param name="Advice">What to do where nothing can be said; null where something is.</param>
/// <param name="ReferenceSamples">Spectrograms that it is compared with; null for a version without a reference, which nothing is counted of.</param>
/// <param name="LastDay">The last 24 hours; null for a version without a reference.</param>
/// <param name="Total">Everything that was ever counted; null for a version without a reference.</param>
public sealed record ModelMonitor(
    string Model, int Version, Drift Drift, string? Advice, int? ReferenceSamples, MonitoredSpan? LastDay, MonitoredSpan? Total);

/// <summary>What was counted in some time.</summary>
/// <param name="Since">Its beginning; null while nothing was counted.</param>
/// <param name="Spectrograms">How many were answered: of a song each window.</param>
/// <param name="Statistics">Answers first, then inputs, then the features of models with a tabular branch.</param>
public sealed record MonitoredSpan(DateTimeOffset? Since, long Spectrograms, IReadOnlyList<MonitoredStatistic> Statistics);

/// <summary>One statistic, then and now.</summary>
/// <param name="Name">
/// <c>label</c>, <c>confidence</c>, <c>entropy</c> (nats), <c>level</c>, <c>spread</c>, <c>silence</c>, <c>centroid</c> (mel band), or a tabular column.
/// </param>
/// <param name="Kind">What it is of.</param>
/// <param name="Stability">The population stability index; null where too few spectrograms were counted.</param>
/// <param name="ByChance">What the index stays below in 95 of 100 cases while nothing has changed.</param>
/// <param name="Drift">What that means.</param>
/// <param name="Edges">Limits between the bins; null for the label.</param>
/// <param name="Reference">
/// The part of the reference in each bin: of labels in the model's order, else the lowest first; values that may be missing have one more bin for that, the last.
/// </param>
/// <param name="Observed">The part of what was counted in each bin; null while nothing was.</param>
public sealed record MonitoredStatistic(
    string Name,
    StatisticKind Kind,
    double? Stability,
    double? ByChance,
    Drift Drift,
    IReadOnlyList<double>? Edges,
    IReadOnlyList<double> Reference,
    IReadOnlyList<double>? Observed);

/// <summary>What a statistic is of.</summary>
public enum StatisticKind
{
    /// <summary>What the model says.</summary>
    Answer,

    /// <summary>The spectrogram.</summary>
    Input,

    /// <summary>What the sender knows of the track.</summary>
    Feature,
}

/// <summary>How far something has moved, by a convention of credit scoring.</summary>
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
