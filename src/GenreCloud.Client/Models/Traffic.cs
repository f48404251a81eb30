using System.Text.Json.Serialization;

namespace GenreCloud.Client.Models;

/// <summary>A second version that is tried with requests that an alias gets. Shares are 0 to 1.</summary>
/// <param name="Version">The second version.</param>
/// <param name="CanaryShare">Which part of the requests it answers, in place of the version that the alias stands for.</param>
/// <param name="ShadowShare">Of which part of the requests the version that did not answer gets a copy, to compare both.</param>
public sealed record TrafficRule(int Version, double CanaryShare = 0, double ShadowShare = 0);

/// <summary>An alias's rule and what came of it.</summary>
/// <param name="Rule">Null when every request is answered by the alias's version.</param>
/// <param name="Comparison">As one replica of the service has seen it; null while it does not follow the rule.</param>
public sealed record AliasTraffic(TrafficRule? Rule, TrafficReport? Comparison)
{
    /// <summary>Of the model's aliases, with which its rules stand: for changing them only if nobody changed either; null when it has no alias yet.</summary>
    [JsonIgnore]
    public string? ETag { get; init; }
}

/// <summary>How two versions compare.</summary>
/// <param name="Since">When the replica began to compare; a rule that changes begins anew.</param>
/// <param name="Versions">The one that the alias stands for, and the second one.</param>
/// <param name="Compared">Requests that both versions answered.</param>
/// <param name="Agreement">The part of these, 0 to 1, for which the most probable label was the same; null before the first.</param>
/// <param name="Dropped">Copies that were not answered, because the machine had requests to answer.</param>
/// <param name="Failed">Copies that a version could not answer.</param>
public sealed record TrafficReport(DateTimeOffset Since, IReadOnlyList<VersionTraffic> Versions, int Compared, double? Agreement, int Dropped, int Failed);

/// <summary>What one of the versions did.</summary>
/// <param name="Version">The version.</param>
/// <param name="Answered">Spectrograms that it answered to a client.</param>
/// <param name="Runs">Its runs, those for copies included.</param>
/// <param name="MedianMilliseconds">Of the last runs; null before the first.</param>
/// <param name="P99Milliseconds">Their 99th percentile; null before the first.</param>
public sealed record VersionTraffic(int Version, int Answered, long Runs, double? MedianMilliseconds, double? P99Milliseconds);
