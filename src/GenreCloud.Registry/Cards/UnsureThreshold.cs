namespace GenreCloud.Registry;

/// <summary>Below which probability a model's answer is better called unsure. Shares are fractions of 1.</summary>
public sealed record UnsureThreshold
{
    /// <summary>An answer with a smaller probability is unsure; 0 when none is, 1 when all are that are not quite certain.</summary>
    public required double Probability { get; init; }

    /// <summary>How it was chosen: a sentence.</summary>
    public required string Rule { get; init; }

    /// <summary>Held-back samples that it was chosen by.</summary>
    public required int Samples { get; init; }

    /// <summary>Share of answers that are not unsure, by thresholds that were chosen by other artists; so are the following.</summary>
    public required double SureShare { get; init; }

    /// <summary>Share of right ones among the answers that are not unsure; null when all are.</summary>
    public double? SureTop1 { get; init; }

    /// <summary>Share of right ones among the unsure answers; null when none is.</summary>
    public double? UnsureTop1 { get; init; }
}
