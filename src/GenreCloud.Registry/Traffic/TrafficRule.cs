using Azure;

namespace GenreCloud.Registry;

/// <summary>A second version that is tried with requests that an alias gets. Shares are 0 to 1.</summary>
/// <param name="Version">The second version.</param>
public sealed record TrafficRule(int Version)
{
    /// <summary>Which part of the requests the second version answers, in place of the one that the alias stands for.</summary>
    public double CanaryShare { get; init; }

    /// <summary>Of which part of the requests the version that did not answer gets a copy, to compare both.</summary>
    public double ShadowShare { get; init; }
}

/// <summary>A model's rules as they were read.</summary>
/// <param name="Rules">By alias.</param>
/// <param name="ETag">Of the aliases, with which they stand: for changing them only if nobody changed either; null when the model has no alias yet.</param>
public sealed record ModelTraffic(IReadOnlyDictionary<string, TrafficRule> Rules, ETag? ETag);
