using GenreCloud.Datasets;
using Microsoft.Extensions.Options;

namespace GenreCloud.DatasetImport.Browse;

/// <summary>
/// Opens tables of samples, and keeps those that were used last in memory, so that a page of a version or one of its pictures does not read it all again. What
/// is kept cannot be outdated, since a version never changes; whether it is still there is asked every time. Safe for concurrent use.
/// </summary>
internal sealed class SampleTables(DatasetStore datasets, IOptions<DatasetImportOptions> options)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Name, int Version), Entry> _entries = [];
    private long _uses;

    /// <summary>The table of a version, or null if the version is not there.</summary>
    /// <exception cref="DatasetException">It cannot be read.</exception>
    public async Task<OpenedSamples?> OpenAsync(string name, int version, CancellationToken cancellationToken)
    {
        if (!DatasetName.IsValid(name) || !await datasets.ExistsAsync(name, version, cancellationToken))
        {
            return null;
        }

        // Who asked first may go away while others wait for the same table.
        return await Use((name, version)).Table.WaitAsync(cancellationToken);
    }

    private Entry Use((string Name, int Version) key)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var entry))
            {
                entry = new Entry(reading => Task.Run(() => ReadAsync(key, reading)));
                _entries.Add(key, entry);
            }

            entry.LastUse = ++_uses;
            return entry;
        }
    }

    private async Task<OpenedSamples?> ReadAsync((string Name, int Version) key, Entry entry)
    {
        OpenedSamples? opened = null;
        try
        {
            opened = await datasets.FindAsync(key.Name, key.Version, CancellationToken.None) is { } dataset
                ? new OpenedSamples(dataset, await dataset.ReadSamplesAsync(CancellationToken.None))
                : null;
            return opened;
        }
        finally
        {
            Settle(key, entry, opened?.Bytes);
        }
    }

    /// <summary>Keeps what was read, within the limit; what could not be read is read anew by the next one.</summary>
    private void Settle((string Name, int Version) key, Entry entry, long? bytes)
    {
        lock (_gate)
        {
            if (bytes is null)
            {
                _entries.Remove(key);
                return;
            }

            entry.Bytes = bytes.Value;
            var kept = 0L;
            foreach (var (other, value) in _entries.OrderByDescending(one => one.Value.LastUse).ToArray())
            {
                kept += value.Bytes;
                if (kept > options.Value.SampleCacheBytes)
                {
                    _entries.Remove(other);
                }
            }
        }
    }

    private sealed class Entry
    {
        public Entry(Func<Entry, Task<OpenedSamples?>> read) => Table = read(this);

        public Task<OpenedSamples?> Table { get; }

        public long LastUse { get; set; }

        /// <summary>In memory; 0 while it is being read.</summary>
        public long Bytes { get; set; }
    }
}
