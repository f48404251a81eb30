using GenreCloud.Client.Checkpoints;

namespace GenreCloud.Standalone.Checkpoints;

/// <summary>A checkpoint and what is to become of it; see <c>POST /api/checkpoints</c>.</summary>
public sealed record CheckpointOptions
{
    public required FileInfo File { get; init; }

    public required CheckpointRequest Request { get; init; }

    /// <summary>A training service that runs already; null = start the services in this process.</summary>
    public Uri? Training { get; init; }
}
