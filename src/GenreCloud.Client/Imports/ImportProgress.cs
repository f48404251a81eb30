namespace GenreCloud.Client.Imports;

/// <summary>How far an import is.</summary>
/// <param name="StagedBytes">Of all sources together.</param>
/// <param name="SourceBytes">The size of the sources up to the one that is being staged, where that tells it.</param>
/// <param name="Entries">Pictures that were looked at.</param>
/// <param name="TotalEntries">Pictures in the archives; 0 until they are opened.</param>
/// <param name="Bytes">Bytes of the archives that were worked through.</param>
/// <param name="TotalBytes">Bytes of the archives that have the pictures; 0 until they are opened.</param>
/// <param name="Imported">Pictures that are in the dataset.</param>
/// <param name="Quarantined">Pictures that were left out and, once completed, rows of the labels.</param>
/// <param name="QuarantinedByReason">These by the code of the reason.</param>
/// <param name="EntriesPerSecond">Pictures a second since reading began, or was taken up again.</param>
/// <param name="BytesPerSecond">Bytes of archive a second since then.</param>
/// <param name="SecondsLeft">How long reading takes at this rate; null where there is none yet.</param>
public sealed record ImportProgress(
    long StagedBytes,
    long? SourceBytes,
    int Entries,
    int TotalEntries,
    long Bytes,
    long TotalBytes,
    int Imported,
    int Quarantined,
    IReadOnlyDictionary<string, int> QuarantinedByReason,
    double EntriesPerSecond,
    double BytesPerSecond,
    double? SecondsLeft);

/// <summary>How far one part of the pictures is.</summary>
/// <param name="Entries">Pictures that were looked at.</param>
/// <param name="Bytes">Bytes of archive that were worked through.</param>
/// <param name="Imported">Pictures that are in the dataset.</param>
/// <param name="Quarantined">Pictures that were left out, by reason; null for none.</param>
/// <param name="IsDone">Whether its result is stored.</param>
public sealed record PartitionProgress(int Entries, long Bytes, int Imported, IReadOnlyDictionary<string, int>? Quarantined, bool IsDone);

/// <summary>When pictures began to be read, or to be read again, and what had been read by then.</summary>
/// <param name="At">When.</param>
/// <param name="Entries">Pictures.</param>
/// <param name="Bytes">Bytes of archive.</param>
public sealed record ReadingStart(DateTimeOffset At, int Entries, long Bytes);

/// <summary>What happens to an import.</summary>
public abstract record ImportEvent;

/// <summary>It moved.</summary>
/// <param name="Status">What it is at; that it ended comes with its result, as <see cref="ImportEnded"/>.</param>
/// <param name="Progress">How far it is.</param>
public sealed record ImportMoved(ImportStatus Status, ImportProgress Progress) : ImportEvent;

/// <summary>It ended; nothing comes after this.</summary>
/// <param name="Import">The import with its result.</param>
public sealed record ImportEnded(Import Import) : ImportEvent;
