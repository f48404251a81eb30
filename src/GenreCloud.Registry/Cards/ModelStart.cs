namespace GenreCloud.Registry;

/// <summary>A registered version with whose weights a training began, and what became of its labels.</summary>
public sealed record ModelStart
{
    public required string Model { get; init; }

    public required int Version { get; init; }

    /// <summary>Of its weights.safetensors.</summary>
    public required string WeightsSha256 { get; init; }

    /// <summary>Labels that both have: the last layer began with what it knew of them.</summary>
    public required IReadOnlyList<string> KeptLabels { get; init; }

    /// <summary>Labels that the earlier version has never seen: the last layer learnt them from nothing.</summary>
    public required IReadOnlyList<string> NewLabels { get; init; }

    /// <summary>Labels that only the earlier version has: the later one cannot answer with them.</summary>
    public required IReadOnlyList<string> DroppedLabels { get; init; }
}
