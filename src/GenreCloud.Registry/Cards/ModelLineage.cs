using System.Text.Json;

namespace GenreCloud.Registry;

/// <summary>Where a model comes from: enough to make it again.</summary>
public sealed record ModelLineage
{
    /// <summary>Null for a model that was not trained here.</summary>
    public DatasetReference? Dataset { get; init; }

    /// <summary>How the dataset was used; null when that is not known.</summary>
    public DataSplit? Split { get; init; }

    public string? RunId { get; init; }

    /// <summary>As the training run recorded them: a JSON object.</summary>
    public JsonElement? Hyperparameters { get; init; }

    public long? Seed { get; init; }

    /// <summary>The version of this program's source.</summary>
    public string? Commit { get; init; }

    /// <summary>With whose weights its training began; null for one that began with weights drawn from the seed.</summary>
    public ModelStart? StartedFrom { get; init; }

    /// <summary>Of a model that was not trained here: what it was made from.</summary>
    public string? Source { get; init; }

    /// <summary>The file, where that was a PyTorch checkpoint.</summary>
    public CheckpointReference? Checkpoint { get; init; }
}

/// <summary>A dataset version.</summary>
/// <param name="ManifestSha256">Of manifest.json, which has the hashes of everything else.</param>
public sealed record DatasetReference(string Name, string Version, string ManifestSha256)
{
    /// <summary>Of the data: an SPDX expression or a link; null when the import did not say.</summary>
    public string? Licence { get; init; }
}
