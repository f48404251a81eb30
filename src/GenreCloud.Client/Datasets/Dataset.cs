namespace GenreCloud.Client.Datasets;

/// <summary>A dataset.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Versions">The versions that can be used, oldest first.</param>
/// <param name="Details">Of each of these, in their order.</param>
/// <param name="Deleted">The versions that can still be restored.</param>
public sealed record Dataset(string Name, IReadOnlyList<int> Versions, IReadOnlyList<DatasetVersion> Details, IReadOnlyList<DatasetDeletion> Deleted);

/// <summary>A dataset version in a list. What is null is not known, because <see cref="Problem"/> says why.</summary>
/// <param name="Version">1, 2, 3 ...; numbers may be missing.</param>
/// <param name="Bytes">Of all its files.</param>
/// <param name="Problem">What is wrong with its manifest; null if it can be read.</param>
/// <param name="Created">When its pictures began to be read.</param>
/// <param name="Profile">The kind of source.</param>
/// <param name="Samples">How many it has.</param>
/// <param name="Labels">How many it has.</param>
/// <param name="Quarantined">Pictures and rows of labels that the import left out.</param>
/// <param name="Source">The archive, or the first of several.</param>
/// <param name="LabelSource">The separate file of labels, if they did not come with the source.</param>
/// <param name="FurtherSources">The archives after the first.</param>
/// <param name="Producer">Name and version of the program that wrote it.</param>
public sealed record DatasetVersion(
    int Version,
    long Bytes,
    string? Problem,
    DateTimeOffset? Created,
    string? Profile,
    int? Samples,
    int? Labels,
    int? Quarantined,
    DatasetSource? Source,
    DatasetSource? LabelSource,
    IReadOnlyList<DatasetSource> FurtherSources,
    string? Producer);

/// <summary>A file that a dataset version was made from.</summary>
/// <param name="Url">Where it was fetched, if it was.</param>
/// <param name="FileName">The name it was uploaded or found under.</param>
/// <param name="Sha256">Of the file, 64 hexadecimal digits.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Licence">SPDX expression or a link, if known.</param>
/// <param name="Labels">The separate file of labels that came with it, of one of several sources.</param>
public sealed record DatasetSource(string? Url, string? FileName, string Sha256, long Bytes, string? Licence, DatasetSource? Labels);

/// <summary>A dataset version that is to be deleted, or was.</summary>
/// <param name="Name">The dataset.</param>
/// <param name="Version">Its version.</param>
/// <param name="RequestedAt">When somebody asked for it.</param>
/// <param name="RestorableUntil">Until when it can be taken back.</param>
/// <param name="SweepStartedAt">When its files began to be deleted; null while all of them are there.</param>
public sealed record DatasetDeletion(string Name, int Version, DateTimeOffset RequestedAt, DateTimeOffset? RestorableUntil, DateTimeOffset? SweepStartedAt);

/// <summary>What a dataset has after a deletion was taken back.</summary>
/// <param name="Name">The dataset.</param>
/// <param name="Versions">Those that can be used, oldest first.</param>
public sealed record DatasetRestoration(string Name, IReadOnlyList<int> Versions);

/// <summary>Something in storage that nobody needs any more, and that the next garbage collection deletes.</summary>
/// <param name="Kind">Why it is garbage.</param>
/// <param name="Path">The container, and in it a blob or, with a slash at the end, a folder.</param>
/// <param name="Blobs">Blobs of it.</param>
/// <param name="Bytes">Of these blobs.</param>
/// <param name="Since">When it was last changed, or what it belonged to ended.</param>
public sealed record GarbageItem(GarbageKind Kind, string Path, int Blobs, long Bytes, DateTimeOffset Since);

/// <summary>Why something is garbage.</summary>
public enum GarbageKind
{
    /// <summary>A dataset version whose deletion can no longer be taken back.</summary>
    DeletedVersion,

    /// <summary>What a failed import wrote of a dataset version.</summary>
    UnfinishedVersion,

    /// <summary>A staged source that no import needs that has not ended.</summary>
    StagedSource,

    /// <summary>What is left of an upload that was broken off.</summary>
    UploadLeftover,

    /// <summary>Plans and results of an import that failed or was cancelled long ago.</summary>
    FailedImport,

    /// <summary>A shard of a complete dataset version that its manifest does not name.</summary>
    OrphanedShard,
}
