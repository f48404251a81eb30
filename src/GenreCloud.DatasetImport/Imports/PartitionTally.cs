namespace GenreCloud.DatasetImport.Imports;

/// <summary>Counts a partition's pictures as they come.</summary>
internal sealed class PartitionTally
{
    private readonly SortedDictionary<string, int> _quarantined = new(StringComparer.Ordinal);
    private int _entries;
    private long _bytes;
    private int _imported;

    /// <param name="planned">All entries of the partition; those that its plan leaves out are counted already.</param>
    public PartitionTally(IEnumerable<PlannedEntry> planned)
    {
        foreach (var entry in planned.Where(entry => entry.Fault is not null))
        {
            Quarantine(entry.Fault!);
        }
    }

    /// <summary>How far the partition is.</summary>
    public PartitionProgress Progress => new(
        _entries, _bytes, _imported, _quarantined.Count > 0 ? new SortedDictionary<string, int>(_quarantined, StringComparer.Ordinal) : null);

    /// <summary>Counts an entry that was read.</summary>
    public void Add(PlannedEntry entry, EntryResult result)
    {
        _bytes += entry.Zip.CompressedBytes;
        if (result.Fault is { } fault)
        {
            Quarantine(fault);
        }
        else
        {
            _entries++;
            _imported++;
        }
    }

    private void Quarantine(EntryFault fault)
    {
        _entries++;
        _quarantined[fault.Reason] = _quarantined.GetValueOrDefault(fault.Reason) + 1;
    }
}
