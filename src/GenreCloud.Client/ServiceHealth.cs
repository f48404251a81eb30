namespace GenreCloud.Client;

/// <summary>Whether a service is ready to serve.</summary>
/// <param name="Status"><c>Healthy</c>, <c>Degraded</c> or <c>Unhealthy</c>.</param>
/// <param name="Checks">What was looked at, by name.</param>
public sealed record ServiceHealth(string Status, IReadOnlyDictionary<string, HealthCheck> Checks)
{
    /// <summary>Whether everything is as it should be.</summary>
    public bool IsHealthy => Status == "Healthy";
}

/// <summary>One of the things that a service needs.</summary>
/// <param name="Status">As of the whole.</param>
/// <param name="Description">What is wrong, or how it is; null for those who did not say who they are.</param>
public sealed record HealthCheck(string Status, string? Description);
