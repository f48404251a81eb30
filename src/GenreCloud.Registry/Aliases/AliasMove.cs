using Azure;

namespace GenreCloud.Registry;

/// <summary>What is asked for when an alias is to stand for a version.</summary>
/// <param name="Alias">See <see cref="ModelName"/>.</param>
/// <param name="Version">A visible version.</param>
/// <param name="Who">Person or service, for the history.</param>
public sealed record AliasMove(string Alias, int Version, string Who)
{
    /// <summary>A sentence for the history.</summary>
    public string? Why { get; init; }

    /// <summary>The <see cref="ModelAliases.ETag"/> that the decision was made on; null to move it whatever others did.</summary>
    public ETag? Expected { get; init; }

    /// <summary>Whether the alias must not be there yet.</summary>
    public bool MustBeNew { get; init; }

    /// <summary>Why the alias is to be moved although its gate refuses; null when the gate decides.</summary>
    public string? OverrideReason { get; init; }
}
