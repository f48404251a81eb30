using GenreCloud.Datasets.Shards;

namespace GenreCloud.Datasets;

/// <summary>What a manifest says of a version's origin, and how large its shards become.</summary>
public sealed record DatasetWriterOptions
{
    /// <summary>The kind of source: "genres", "metal" or "folders".</summary>
    public required string Profile { get; init; }

    /// <summary>How labels were read; null where no CSV had them.</summary>
    public LabelRules? LabelRules { get; init; }

    public required DatasetSource Source { get; init; }

    /// <summary>The separate file of labels, if there is one.</summary>
    public DatasetSource? LabelSource { get; init; }

    /// <inheritdoc cref="DatasetManifest.FurtherSources"/>
    public IReadOnlyList<DatasetSource> FurtherSources { get; init; } = [];

    /// <inheritdoc cref="DatasetManifest.BaseVersion"/>
    public int? BaseVersion { get; init; }

    /// <summary>Name and version of the program that writes.</summary>
    public required string Producer { get; init; }

    /// <summary>A shard is completed before it would exceed this.</summary>
    public long ShardTargetBytes { get; init; } = ShardWriter.DefaultTargetBytes;
}
