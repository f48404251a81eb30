namespace GenreCloud.Training.Checkpoints;

/// <summary>What is to become of a checkpoint: checked, its names exist.</summary>
internal sealed record CheckpointRequest
{
    /// <summary>The model to register it as.</summary>
    public required string Model { get; init; }

    /// <summary>Of the catalogue.</summary>
    public required string Architecture { get; init; }

    /// <summary>In the order of the outputs; null for those of the published checkpoint of that architecture and size.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>As its sender calls it.</summary>
    public string? FileName { get; init; }

    /// <summary>The dataset whose spectrograms it is checked on, and whose tabular statistics it gets where it lacks them.</summary>
    public string? Dataset { get; init; }

    /// <summary>Its version; null without a dataset.</summary>
    public int? DatasetVersion { get; init; }
}
