using GenreCloud.Datasets.Samples;
using GenreCloud.Datasets.Shards;

namespace GenreCloud.Datasets;

/// <summary>What a dataset version is made of, once its shards are written.</summary>
public sealed record DatasetContent
{
    /// <summary>The shards. They may have pictures besides those of the samples.</summary>
    public required IReadOnlyList<ShardDescription> Shards { get; init; }

    /// <summary>The samples, in the order of the shards; <see cref="Sample.Shard"/> is an index into these.</summary>
    public required IReadOnlyList<Sample> Samples { get; init; }

    /// <summary>What was left out. Read once.</summary>
    public required IAsyncEnumerable<QuarantineEntry> Quarantine { get; init; }

    /// <inheritdoc cref="DatasetManifest.UnreadableValues"/>
    public IReadOnlyDictionary<string, int> UnreadableValues { get; init; } = new Dictionary<string, int>();
}
