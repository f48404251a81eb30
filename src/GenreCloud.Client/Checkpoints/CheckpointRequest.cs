namespace GenreCloud.Client.Checkpoints;

/// <summary>What becomes of a PyTorch checkpoint.</summary>
/// <param name="Model">The model to register it as.</param>
/// <param name="Architecture">The network that it was trained with.</param>
public sealed record CheckpointRequest(string Model, string Architecture)
{
    /// <summary>In the order of the outputs; null for those of the published checkpoints.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>A dataset to check it on; also where the statistics of tabular features come from if it lacks them.</summary>
    public string? Dataset { get; init; }

    /// <summary>The dataset's version; null for the newest.</summary>
    public int? DatasetVersion { get; init; }

    /// <summary>The file's name, for the card.</summary>
    public string? FileName { get; init; }
}
