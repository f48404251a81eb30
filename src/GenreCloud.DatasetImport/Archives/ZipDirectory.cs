using GenreCloud.DatasetImport.Imports;

namespace GenreCloud.DatasetImport.Archives;

/// <summary>The central directory of a zip: what lies in it, and where.</summary>
public sealed class ZipDirectory
{
    private ZipDirectory(IReadOnlyList<ZipEntry> entries) => Entries = entries;

    /// <summary>The files, without directories, in the order of their place in the zip. No two of them share a byte.</summary>
    public IReadOnlyList<ZipEntry> Entries { get; }

    /// <summary>
    /// Reads the directory in ranges; the memory that takes goes by what is in it, within the limits, and not by what it claims.
    /// What is wrong with a single entry is in its <see cref="ZipEntry.Fault"/>.
    /// </summary>
    /// <exception cref="ImportFailedException">It is not a zip, or a truncated, damaged, hostile or too large one.</exception>
    public static async Task<ZipDirectory> ReadAsync(IRandomAccess archive, ZipLimits limits, CancellationToken cancellationToken)
    {
        var end = await ZipEndRecord.FindAsync(archive, cancellationToken);
        if (end.DirectoryBytes > limits.MaxDirectoryBytes)
        {
            throw new ImportFailedException(
                "The zip's directory is too large",
                $"That of {archive.Name} has {end.DirectoryBytes:N0} bytes, and {limits.MaxDirectoryBytes:N0} are taken ({ZipLimits.Section}:MaxDirectoryBytes).");
        }

        if (end.Entries > limits.MaxEntries)
        {
            throw TooMany(archive, end.Entries, limits);
        }

        var entries = await ReadEntriesAsync(archive, end, limits, cancellationToken);
        RequireApart(archive, entries, end.DirectoryOffset);
        entries.RemoveAll(entry => entry.Name is [.., '/' or '\\']);
        RequireTotal(archive, entries, limits);
        return new ZipDirectory(entries);
    }

    private static async Task<List<ZipEntry>> ReadEntriesAsync(
        IRandomAccess archive, ZipEndRecord end, ZipLimits limits, CancellationToken cancellationToken)
    {
        var entries = new List<ZipEntry>();
        var headers = new DirectoryWindow(archive, end.DirectoryOffset, end.DirectoryBytes);
        while (await headers.FillAsync(CentralHeader.MaxBytes, cancellationToken))
        {
            var length = Parse(archive, headers.Bytes.Span, end.Prefix, limits, entries);
            headers.Advance(length);
        }

        // Writers without zip64 that have more entries write their number modulo 65,536, and other readers take that too.
        var isCount = end.IsZip64 ? entries.Count == end.Entries : (ushort)entries.Count == end.Entries;
        return isCount
            ? entries
            : throw ZipEndRecord.Damaged(archive, $"its end says that it has {end.Entries:N0} entries, and it has {entries.Count:N0}");
    }

    /// <summary>Adds the entry that the next header describes.</summary>
    /// <returns>The header's length.</returns>
    private static int Parse(IRandomAccess archive, ReadOnlySpan<byte> bytes, long prefix, ZipLimits limits, List<ZipEntry> entries)
    {
        var header = new CentralHeader(bytes);
        if (bytes.Length < CentralHeader.FixedBytes || !header.HasSignature || header.Length > bytes.Length)
        {
            throw ZipEndRecord.Damaged(archive, $"after {entries.Count:N0} entries comes something else");
        }

        if (entries.Count == limits.MaxEntries)
        {
            throw TooMany(archive, entries.Count + 1, limits);
        }

        if (header.NameBytes > limits.MaxNameBytes)
        {
            throw new ImportFailedException(
                "A name in the zip is too long",
                $"That of entry {entries.Count + 1:N0} of {archive.Name} has {header.NameBytes:N0} bytes, and {limits.MaxNameBytes:N0} are taken ({ZipLimits.Section}:MaxNameBytes).");
        }

        if (header.IsOnOtherDisk)
        {
            throw ZipEndRecord.OneOfSeveral(archive);
        }

        entries.Add(header.Parse(prefix, limits) ?? throw ZipEndRecord.Damaged(archive, $"entry {entries.Count + 1:N0} has no size or place"));
        return header.Length;
    }

    /// <summary>Sorts the entries by their place and has each end before the next begins. What overlaps would be inflated many times.</summary>
    private static void RequireApart(IRandomAccess archive, List<ZipEntry> entries, long directoryOffset)
    {
        entries.Sort((left, right) => left.HeaderOffset.CompareTo(right.HeaderOffset));
        for (var i = 0; i < entries.Count; i++)
        {
            var entry = entries[i];
            var next = i + 1 < entries.Count ? entries[i + 1].HeaderOffset : directoryOffset;

            // Its own header may have extra fields of any length: this is the least that the entry takes.
            if (entry.CompressedBytes > next - entry.HeaderOffset - ZipEntry.LocalHeaderBytes - entry.NameBytes)
            {
                throw new ImportFailedException(
                    "The zip has entries that overlap",
                    $"In {archive.Name} the entry \"{entry.Name}\" of {entry.CompressedBytes:N0} bytes at {entry.HeaderOffset:N0} reaches into "
                    + $"{(i + 1 < entries.Count ? $"\"{entries[i + 1].Name}\"" : "the zip's directory")} at {next:N0}. "
                    + "No program that packs files writes such a zip: it is damaged or made to harm. Pack the files again.");
            }

            entries[i] = entry with { NextOffset = next };
        }
    }

    private static void RequireTotal(IRandomAccess archive, List<ZipEntry> entries, ZipLimits limits)
    {
        var left = limits.MaxTotalBytes;
        foreach (var entry in entries.Where(entry => entry.Fault is null))
        {
            left -= entry.Bytes;
            if (left < 0)
            {
                throw ZipReader.TooMuch(archive, limits);
            }
        }
    }

    private static ImportFailedException TooMany(IRandomAccess archive, long count, ZipLimits limits) => new(
        "The zip has too many entries",
        $"{archive.Name} has {count:N0} or more, and {limits.MaxEntries:N0} are taken ({ZipLimits.Section}:MaxEntries).");
}
