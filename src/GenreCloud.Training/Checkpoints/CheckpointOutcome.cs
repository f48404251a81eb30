namespace GenreCloud.Training.Checkpoints;

/// <summary>What came of a checkpoint: a version, or why there is none.</summary>
internal sealed record CheckpointOutcome
{
    /// <summary>The registered version; null when none was.</summary>
    public int? Version { get; init; }

    /// <summary>The problem's HTTP status.</summary>
    public int Status { get; init; }

    public string? Title { get; init; }

    public string? Detail { get; init; }
}
