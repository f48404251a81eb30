using GenreCloud.DatasetImport.Archives;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Samples;

namespace GenreCloud.DatasetImport.Imports;

/// <summary>
/// How an import becomes a dataset version, decided once: <c>imports/{id}/plan.json</c>, written after all that it names. Whoever goes on with
/// the import goes by it, so that all come to the same version.
/// </summary>
internal sealed record ImportPlan
{
    /// <summary>The version that is written.</summary>
    public required DatasetReservation Reservation { get; init; }

    /// <summary>The version that it continues; null for none.</summary>
    public int? BaseVersion { get; init; }

    /// <summary>The number of the first partition's shard: those before it are the base's.</summary>
    public required int FirstShard { get; init; }

    /// <summary>The archives that are read, without those that the base has.</summary>
    public required IReadOnlyList<StagedSource> Archives { get; init; }

    /// <summary>All partitions, in the order of the archives and of their entries.</summary>
    public required IReadOnlyList<PlannedPartition> Partitions { get; init; }
}

/// <summary>What a partition has to do.</summary>
/// <param name="Entries">Pictures.</param>
/// <param name="Bytes">Bytes of archive.</param>
internal sealed record PlannedPartition(int Entries, long Bytes);

/// <summary>
/// A part of one archive's pictures, <c>imports/{id}/partitions/00000.plan.json</c>: all that its worker needs. It becomes one shard.
/// </summary>
/// <param name="Archive">Index into <see cref="ImportPlan.Archives"/>.</param>
/// <param name="Entries">Pictures, in the order of their place.</param>
internal sealed record PartitionPlan(int Archive, IReadOnlyList<PlannedEntry> Entries);

/// <summary>One picture of an archive.</summary>
/// <param name="Zip">Where it lies.</param>
/// <param name="Sample">What it becomes; null if it is left out.</param>
/// <param name="Unreadable">Tabular columns whose field was no number; null for none.</param>
/// <param name="Fault">Why it is left out unread; null if it is read.</param>
internal sealed record PlannedEntry(ZipEntry Zip, SampleDescription? Sample, IReadOnlyList<string>? Unreadable = null, EntryFault? Fault = null);

/// <summary>Why an entry is left out.</summary>
/// <param name="Reason">See <see cref="QuarantineReason"/>.</param>
/// <param name="Message">For the person who looks after the source.</param>
internal sealed record EntryFault(string Reason, string Message);
