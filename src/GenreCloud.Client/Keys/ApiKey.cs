namespace GenreCloud.Client.Keys;

/// <summary>An API key of all services.</summary>
/// <param name="Id">Part of the key, and no secret.</param>
/// <param name="Name">Whose it is; stands in histories.</param>
/// <param name="Scope">What its owner may do.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">From when on it is not taken any more; null for never.</param>
/// <param name="Key">The key itself; shown once, to who makes it, and null from then on.</param>
public sealed record ApiKey(string Id, string Name, AccessScope Scope, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, string? Key);

/// <summary>A key to be.</summary>
/// <param name="Name">Whose key it is, 1 to 100 characters; histories show it.</param>
/// <param name="Scope">What its owner may do.</param>
/// <param name="ExpiresAt">From when on it is not taken any more; null for never.</param>
public sealed record ApiKeyRequest(string Name, AccessScope Scope, DateTimeOffset? ExpiresAt = null);

/// <summary>What a caller may do.</summary>
public enum AccessScope
{
    /// <summary>Ask models, and read what models there are.</summary>
    Classify,

    /// <summary>Everything.</summary>
    Manage,
}
