using System.Buffers.Binary;
using GenreCloud.DatasetImport.Imports;

namespace GenreCloud.DatasetImport.Archives;

/// <summary>What the record at the end of a zip, and its zip64 companion, say of the central directory (APPNOTE 4.3.14 to 4.3.16).</summary>
/// <param name="DirectoryOffset">Where the directory begins, in bytes from the beginning of the file.</param>
/// <param name="DirectoryBytes">Its length.</param>
/// <param name="Entries">How many entries it has; without zip64 their number modulo 65,536.</param>
/// <param name="IsZip64">Whether the number of entries is a 64-bit number.</param>
/// <param name="Prefix">Bytes before the zip in the file, which its offsets do not count: those of a self-extracting program.</param>
internal sealed record ZipEndRecord(long DirectoryOffset, long DirectoryBytes, long Entries, bool IsZip64, long Prefix)
{
    public const uint CentralHeaderSignature = 0x02014B50;

    private const uint Signature = 0x06054B50;
    private const uint Zip64Signature = 0x06064B50;
    private const uint LocatorSignature = 0x07064B50;
    private const int FixedBytes = 22;
    private const int Zip64FixedBytes = 56;
    private const int LocatorBytes = 20;
    private const int MaxCommentBytes = ushort.MaxValue;

    /// <exception cref="ImportFailedException">There is none, it lies, or the zip is one part of several.</exception>
    public static async Task<ZipEndRecord> FindAsync(IRandomAccess archive, CancellationToken cancellationToken)
    {
        var tail = new byte[Math.Min(archive.Length, LocatorBytes + FixedBytes + MaxCommentBytes)];
        await archive.ReadAsync(archive.Length - tail.Length, tail, cancellationToken);
        var position = Find(tail);
        if (position < 0)
        {
            throw await NoEndAsync(archive, cancellationToken);
        }

        var record = tail.AsMemory(position, FixedBytes);
        var offset = archive.Length - tail.Length + position;
        var disk = BinaryPrimitives.ReadUInt16LittleEndian(record.Span[4..]);
        var directoryDisk = BinaryPrimitives.ReadUInt16LittleEndian(record.Span[6..]);
        var entriesHere = BinaryPrimitives.ReadUInt16LittleEndian(record.Span[8..]);
        var entries = BinaryPrimitives.ReadUInt16LittleEndian(record.Span[10..]);
        var directoryBytes = BinaryPrimitives.ReadUInt32LittleEndian(record.Span[12..]);
        var directoryOffset = BinaryPrimitives.ReadUInt32LittleEndian(record.Span[16..]);
        var isWide = disk == ushort.MaxValue || entries == ushort.MaxValue || directoryBytes == uint.MaxValue || directoryOffset == uint.MaxValue;
        if (isWide && position >= LocatorBytes
            && BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(position - LocatorBytes)) == LocatorSignature)
        {
            return await ReadZip64Async(archive, offset - LocatorBytes, tail.AsMemory(position - LocatorBytes, LocatorBytes), cancellationToken);
        }

        RequireOneDisk(archive, disk == 0 && directoryDisk == 0 && entriesHere == entries);
        return await PlaceAsync(archive, directoryOffset, directoryBytes, entries, isZip64: false, offset, cancellationToken);
    }

    /// <summary>
    /// The last place where the record may begin: one whose comment ends with the file if there is any, for a comment may have the
    /// signature in it; else one that something was appended to.
    /// </summary>
    private static int Find(ReadOnlySpan<byte> tail)
    {
        var last = -1;
        for (var i = tail.Length - FixedBytes; i >= 0; i--)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(tail[i..]) != Signature)
            {
                continue;
            }

            var end = i + FixedBytes + BinaryPrimitives.ReadUInt16LittleEndian(tail[(i + FixedBytes - 2)..]);
            if (end == tail.Length)
            {
                return i;
            }

            if (end < tail.Length && last < 0)
            {
                last = i;
            }
        }

        return last;
    }

    private static async Task<ZipEndRecord> ReadZip64Async(
        IRandomAccess archive, long locatorOffset, ReadOnlyMemory<byte> locator, CancellationToken cancellationToken)
    {
        var stated = BinaryPrimitives.ReadInt64LittleEndian(locator.Span[8..]);
        var disks = BinaryPrimitives.ReadUInt32LittleEndian(locator.Span[16..]);
        RequireOneDisk(archive, BinaryPrimitives.ReadUInt32LittleEndian(locator.Span[4..]) == 0 && disks <= 1);

        // Where the locator says; or right before it, where it usually is, if bytes before the zip make the locator wrong.
        var record = new byte[Zip64FixedBytes];
        foreach (var offset in (long[])[stated, locatorOffset - Zip64FixedBytes])
        {
            if (offset < 0 || offset > locatorOffset - Zip64FixedBytes)
            {
                continue;
            }

            await archive.ReadAsync(offset, record, cancellationToken);
            if (BinaryPrimitives.ReadUInt32LittleEndian(record) == Zip64Signature)
            {
                var entriesHere = BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(24));
                var entries = BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(32));
                RequireOneDisk(archive, BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(16)) == 0 && entriesHere == entries);
                return await PlaceAsync(
                    archive,
                    BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(48)),
                    BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(40)),
                    entries,
                    isZip64: true,
                    offset,
                    cancellationToken);
            }
        }

        throw Damaged(archive, "its end names a zip64 record that is not there");
    }

    /// <param name="end">Where the record that was read begins: the directory ends there or before.</param>
    private static async Task<ZipEndRecord> PlaceAsync(
        IRandomAccess archive, long directoryOffset, long directoryBytes, long entries, bool isZip64, long end, CancellationToken cancellationToken)
    {
        if (directoryOffset < 0 || directoryBytes < 0 || entries < 0 || directoryOffset > end || directoryBytes > end - directoryOffset)
        {
            throw Damaged(
                archive,
                $"its end says that the directory has {directoryBytes:N0} bytes at {directoryOffset:N0}, and the file has {end:N0} bytes before that");
        }

        // What lies between the directory and its end is usually a prefix that the offsets do not count, and rarely something of its own.
        var prefix = end - directoryBytes - directoryOffset;
        if (prefix > 0 && !await BeginsAsync(archive, directoryOffset + prefix, directoryBytes, cancellationToken))
        {
            prefix = 0;
        }

        return new ZipEndRecord(directoryOffset + prefix, directoryBytes, entries, isZip64, prefix);
    }

    private static async Task<bool> BeginsAsync(IRandomAccess archive, long offset, long directoryBytes, CancellationToken cancellationToken)
    {
        if (directoryBytes < sizeof(uint))
        {
            return true;
        }

        var signature = new byte[sizeof(uint)];
        await archive.ReadAsync(offset, signature, cancellationToken);
        return BinaryPrimitives.ReadUInt32LittleEndian(signature) == CentralHeaderSignature;
    }

    private static void RequireOneDisk(IRandomAccess archive, bool isOne)
    {
        if (!isOne)
        {
            throw OneOfSeveral(archive);
        }
    }

    private static async Task<ImportFailedException> NoEndAsync(IRandomAccess archive, CancellationToken cancellationToken)
    {
        var head = new byte[Math.Min(archive.Length, 4)];
        await archive.ReadAsync(0, head, cancellationToken);
        return head.AsSpan().StartsWith("PK"u8)
            ? new ImportFailedException(
                "The zip is truncated",
                $"{archive.Name} begins as a zip, and the record that ends one is not in it: after {archive.Length:N0} bytes the rest is missing. "
                + "Download it again and compare its size with the original's.")
            : new ImportFailedException(
                "The source is not a zip",
                $"{archive.Name} ({archive.Length:N0} bytes) neither begins nor ends as a zip does. Give the zip with the spectrograms.");
    }

    internal static ImportFailedException OneOfSeveral(IRandomAccess archive) => new(
        "The zip is one part of several",
        $"{archive.Name} says that it is split over several disks. Join the parts to one zip (zip -s 0 parts.zip --out whole.zip) and import that.");

    internal static ImportFailedException Damaged(IRandomAccess archive, string what) => new(
        "The zip is truncated or damaged",
        $"The directory of {archive.Name} cannot be read: {what}. Download it again and compare its size with the original's.");
}
