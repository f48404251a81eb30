namespace GenreCloud.Registry;

/// <summary>
/// How inputs and answers of a model were distributed where it was measured, in bins: what is asked of it later is counted into the same ones, so that both can be
/// compared.
/// </summary>
public sealed record ReferenceStatistics
{
    /// <summary>Spectrograms that were counted: a run's held-back ones, or some of the dataset that was named with a checkpoint.</summary>
    public required int Samples { get; init; }

    /// <summary>Each has all samples.</summary>
    public required IReadOnlyList<ReferenceStatistic> Statistics { get; init; }
}

/// <summary>One figure of every sample, and how many samples lie in which bin.</summary>
public sealed record ReferenceStatistic
{
    /// <summary>Of the statistic: "confidence", "level", "tempo".</summary>
    public required string Name { get; init; }

    public required StatisticKind Kind { get; init; }

    /// <summary>
    /// Rising limits between bins, as many as there are bins less one: a value belongs above every limit that it is not below. Null for the label, whose bins are the
    /// model's labels.
    /// </summary>
    public IReadOnlyList<double>? Edges { get; init; }

    /// <summary>Samples of each bin, the lowest first.</summary>
    public required IReadOnlyList<long> Counts { get; init; }

    /// <summary>Samples without a value; null for a statistic that every sample has.</summary>
    public long? Missing { get; init; }
}

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
