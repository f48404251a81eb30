using System.Text.Json.Serialization;
using GenreCloud.Client.Models;

namespace GenreCloud.Client;

/// <summary>Why there is no answer (RFC 9457 problem details).</summary>
/// <param name="Status">The HTTP status, 400 to 599.</param>
/// <param name="Title">What is wrong, in a few words.</param>
/// <param name="Detail">Where it is wrong, and what to do about it.</param>
public sealed record Problem(int Status, string Title, string? Detail)
{
    /// <summary>Of an alias that its gate did not let be moved: what the gate found.</summary>
    public GateVerdict? Gate { get; init; }

    /// <summary>Of a change that was refused because others made one (412): the aliases as they are now.</summary>
    public IReadOnlyDictionary<string, int>? Aliases { get; init; }

    /// <summary>The same for gates.</summary>
    public IReadOnlyDictionary<string, PromotionGate>? Gates { get; init; }

    /// <summary>The ETag of what is there now, for another attempt.</summary>
    [JsonPropertyName("etag")]
    public string? ETag { get; init; }

    /// <summary>The trace of the request (W3C), by which its operator finds what happened.</summary>
    public string? TraceId { get; init; }
}
