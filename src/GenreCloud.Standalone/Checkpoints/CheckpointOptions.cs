namespace GenreCloud.Standalone.Checkpoints;

/// <summary>A checkpoint and what is to become of it; see <c>POST /api/checkpoints</c>.</summary>
public sealed record CheckpointOptions
{
    public required FileInfo File { get; init; }

    public required string Architecture { get; init; }

    public required string Model { get; init; }

    /// <summary>Separated by commas, in the order of the outputs; null for those of the published checkpoints.</summary>
    public string? Labels { get; init; }

    /// <summary>"name" or "name:version"; null for none.</summary>
    public string? Dataset { get; init; }

    /// <summary>A training service that runs already; null = start the services in this process.</summary>
    public Uri? Training { get; init; }
}
