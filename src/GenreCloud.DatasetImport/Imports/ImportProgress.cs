namespace GenreCloud.DatasetImport.Imports;

/// <summary>How far an import is.</summary>
public sealed record ImportProgress
{
    /// <summary>Of all sources together.</summary>
    public long StagedBytes { get; init; }

    /// <summary>The size of the sources up to the one that is being staged, where that tells it.</summary>
    public long? SourceBytes { get; init; }

    /// <summary>Pictures that were looked at.</summary>
    public int Entries { get; init; }

    /// <summary>Pictures in the archives; 0 until they are opened.</summary>
    public int TotalEntries { get; init; }

    /// <summary>Bytes of the archives that were worked through.</summary>
    public long Bytes { get; init; }

    /// <summary>Bytes of the archives that have the pictures; 0 until they are opened.</summary>
    public long TotalBytes { get; init; }

    public int Imported { get; init; }

    /// <summary>Pictures that were left out and, once completed, rows of the labels.</summary>
    public int Quarantined { get; init; }

    /// <summary><see cref="Quarantined"/> by the code of the reason.</summary>
    public IReadOnlyDictionary<string, int> QuarantinedByReason { get; init; } = new Dictionary<string, int>();

    /// <summary>Pictures a second since reading began, or was taken up again.</summary>
    public double EntriesPerSecond { get; init; }

    /// <summary>Bytes of archive a second since then.</summary>
    public double BytesPerSecond { get; init; }

    /// <summary>How long reading takes at this rate; null where there is none yet.</summary>
    public double? SecondsLeft { get; init; }
}

/// <summary>How far one partition is.</summary>
/// <param name="Entries">Pictures that were looked at.</param>
/// <param name="Bytes">Bytes of archive that were worked through.</param>
/// <param name="Imported">Pictures that are in the shard.</param>
/// <param name="Quarantined">Pictures that were left out, by reason; null for none.</param>
/// <param name="IsDone">Whether its result is stored.</param>
public sealed record PartitionProgress(int Entries, long Bytes, int Imported, IReadOnlyDictionary<string, int>? Quarantined = null, bool IsDone = false)
{
    internal static PartitionProgress None { get; } = new(0, 0, 0);

    /// <summary>Whether this is later than that: a partition that is done again tells nothing new until it is further than before.</summary>
    internal bool IsBeyond(PartitionProgress other) => !other.IsDone && (IsDone || Entries > other.Entries);
}

/// <summary>When pictures began to be read, or to be read again, and what had been read by then.</summary>
public sealed record ReadingStart(DateTimeOffset At, int Entries, long Bytes);

/// <summary>What partitions make of an import's progress: everything in it is a sum over them, so that telling twice changes nothing.</summary>
internal static class PartitionSums
{
    /// <summary>The import with what its plan says, before the first partition or taken up again.</summary>
    public static Import Reading(this Import import, ImportPlan plan, DateTimeOffset now)
    {
        var partitions = import.Partitions.Count > 0 ? import.Partitions : [.. plan.Partitions.Select(_ => PartitionProgress.None)];
        var total = import.Progress with { TotalEntries = plan.Partitions.Sum(partition => partition.Entries), TotalBytes = plan.Partitions.Sum(partition => partition.Bytes) };
        return import with
        {
            Status = ImportStatus.Reading,
            Version = plan.Reservation.Version,
            Partitions = partitions,
            ReadingStart = new ReadingStart(now, partitions.Sum(partition => partition.Entries), partitions.Sum(partition => partition.Bytes)),
            Progress = total,
        };
    }

    /// <summary>The import as it was before its plan.</summary>
    public static Import Unread(this Import import) => import with
    {
        Version = null,
        Partitions = [],
        ReadingStart = null,
        Progress = new ImportProgress { StagedBytes = import.Progress.StagedBytes, SourceBytes = import.Progress.SourceBytes },
    };

    /// <summary>The import with the newest of a partition; the same import where that is no news.</summary>
    public static Import With(this Import import, int partition, PartitionProgress reached, DateTimeOffset now)
    {
        if (partition >= import.Partitions.Count || !reached.IsBeyond(import.Partitions[partition]))
        {
            return import;
        }

        PartitionProgress[] partitions = [.. import.Partitions];
        partitions[partition] = reached;
        return import with { Partitions = partitions, Progress = Sum(import, partitions, now) };
    }

    private static ImportProgress Sum(Import import, PartitionProgress[] partitions, DateTimeOffset now)
    {
        var byReason = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var (reason, count) in partitions.SelectMany(partition => partition.Quarantined ?? new Dictionary<string, int>()))
        {
            byReason[reason] = byReason.GetValueOrDefault(reason) + count;
        }

        var entries = partitions.Sum(partition => partition.Entries);
        var bytes = partitions.Sum(partition => partition.Bytes);
        var start = import.ReadingStart ?? new ReadingStart(now, entries, bytes);
        var seconds = (now - start.At).TotalSeconds;
        var bytesPerSecond = seconds > 0 ? (bytes - start.Bytes) / seconds : 0;
        return import.Progress with
        {
            Entries = entries,
            Bytes = bytes,
            Imported = partitions.Sum(partition => partition.Imported),
            Quarantined = byReason.Values.Sum(),
            QuarantinedByReason = byReason,
            EntriesPerSecond = seconds > 0 ? (entries - start.Entries) / seconds : 0,
            BytesPerSecond = bytesPerSecond,
            SecondsLeft = bytesPerSecond > 0 ? (import.Progress.TotalBytes - bytes) / bytesPerSecond : null,
        };
    }
}
