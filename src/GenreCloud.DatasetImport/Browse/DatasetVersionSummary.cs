using GenreCloud.Datasets;
using GenreCloud.Datasets.Deletion;

namespace GenreCloud.DatasetImport.Browse;

/// <summary>A dataset version in a list; the manifest has more.</summary>
public sealed record DatasetVersionSummary
{
    public required int Version { get; init; }

    /// <summary>Of all its files.</summary>
    public required long Bytes { get; init; }

    /// <summary>What is wrong with its manifest, which then says nothing of the rest; null if it can be read.</summary>
    public string? Problem { get; init; }

    public DateTimeOffset? Created { get; init; }

    public string? Profile { get; init; }

    public int? Samples { get; init; }

    public int? Labels { get; init; }

    /// <summary>Pictures and rows of labels that the import left out.</summary>
    public int? Quarantined { get; init; }

    /// <summary>The archive, or the first of several.</summary>
    public DatasetSource? Source { get; init; }

    /// <summary>The separate file of labels, if they did not come with the source.</summary>
    public DatasetSource? LabelSource { get; init; }

    /// <summary>The archives after the first.</summary>
    public IReadOnlyList<DatasetSource> FurtherSources { get; init; } = [];

    public string? Producer { get; init; }

    internal static DatasetVersionSummary Of(StoredVersion stored, DatasetManifest manifest) => new()
    {
        Version = stored.Version,
        Bytes = stored.Bytes,
        Created = manifest.Created,
        Profile = manifest.Profile,
        Samples = manifest.Samples,
        Labels = manifest.Labels.Count,
        Quarantined = manifest.Quarantined.Values.Sum(),
        Source = manifest.Source,
        LabelSource = manifest.LabelSource,
        FurtherSources = manifest.FurtherSources,
        Producer = manifest.Producer,
    };
}
