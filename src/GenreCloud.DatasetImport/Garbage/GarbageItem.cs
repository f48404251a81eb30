using System.Text.Json.Serialization;
using Azure;

namespace GenreCloud.DatasetImport.Garbage;

/// <summary>Something in storage that nobody needs any more, and that the next garbage collection deletes.</summary>
public sealed record GarbageItem
{
    public required GarbageKind Kind { get; init; }

    /// <summary>Where it lies: the container, and in it a blob or, with a slash at the end, a folder.</summary>
    public required string Path { get; init; }

    /// <summary>Blobs of it.</summary>
    public required int Blobs { get; init; }

    /// <summary>Of these blobs.</summary>
    public required long Bytes { get; init; }

    /// <summary>When it was last changed, or what it belonged to ended.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The dataset, of versions.</summary>
    [JsonIgnore]
    internal string? Dataset { get; init; }

    /// <summary>The version, of versions.</summary>
    [JsonIgnore]
    internal int Version { get; init; }

    /// <summary>The blobs with the ETags that they must still have, of what is no version.</summary>
    [JsonIgnore]
    internal IReadOnlyList<(string Blob, ETag ETag, long Bytes)> Found { get; init; } = [];
}

/// <summary>Why something is garbage.</summary>
public enum GarbageKind
{
    /// <summary>A dataset version whose deletion can no longer be taken back.</summary>
    DeletedVersion,

    /// <summary>What an import that ended long ago wrote of a dataset version which it did not complete.</summary>
    UnfinishedVersion,

    /// <summary>A staged source that no import needs that has not ended.</summary>
    StagedSource,

    /// <summary>What is left of a staging that was broken off, and what is known of the place of one long ago.</summary>
    UploadLeftover,

    /// <summary>Plans and results of an import that failed or was cancelled long ago.</summary>
    FailedImport,

    /// <summary>A shard of a complete dataset version that its manifest does not name: all of its pictures turned out to be duplicates.</summary>
    OrphanedShard,
}
