using GenreCloud.Datasets.Shards;

namespace GenreCloud.DatasetImport.Imports;

/// <summary>What came of a partition: <c>imports/{id}/partitions/00000.result.json</c>, written after its shard.</summary>
/// <param name="Shard">The shard; null where no picture was good.</param>
/// <param name="Entries">One for each entry of the plan that is read, in its order.</param>
internal sealed record PartitionResult(ShardDescription? Shard, IReadOnlyList<EntryResult> Entries);

/// <summary>What came of one picture: a place in the shard, or a fault.</summary>
internal sealed record EntryResult
{
    /// <summary>Why it is left out; null if it is in the shard.</summary>
    public EntryFault? Fault { get; init; }

    /// <summary>Where the PNG starts in the shard, in bytes.</summary>
    public long Offset { get; init; }

    /// <summary>Length of the PNG in bytes.</summary>
    public int Length { get; init; }

    /// <inheritdoc cref="Datasets.Samples.Sample.PixelsSha256"/>
    public string PixelsSha256 { get; init; } = "";

    /// <inheritdoc cref="Datasets.Samples.Sample.Flags"/>
    public IReadOnlyList<string>? Flags { get; init; }

    /// <summary>See <see cref="Cleaning.Fingerprint"/>; null where there is nothing to compare.</summary>
    public byte[]? Fingerprint { get; init; }
}
