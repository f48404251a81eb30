namespace GenreCloud.DatasetImport.Archives;

/// <summary>One file in a zip, as its central directory describes it. Nothing of it was checked against the entry itself.</summary>
public sealed record ZipEntry
{
    /// <summary>The fixed part of a local header (APPNOTE 4.3.7).</summary>
    internal const int LocalHeaderBytes = 30;

    /// <summary>The longest that a local header can be.</summary>
    internal const int MaxLocalHeaderBytes = LocalHeaderBytes + (2 * ushort.MaxValue);

    /// <summary>A text with slashes. It may be anything ("../../x", a device, twice the same), so it never becomes a path.</summary>
    public required string Name { get; init; }

    /// <summary>Length of the name as it lies in the zip, in bytes.</summary>
    public required int NameBytes { get; init; }

    /// <summary>CRC-32 of the name as it lies in the zip: the entry's own header must have the same.</summary>
    public required uint NameCrc32 { get; init; }

    /// <summary>Where the entry's own header begins, in bytes from the beginning of the file.</summary>
    public required long HeaderOffset { get; init; }

    /// <summary>Where the next entry's header begins, or after the last the directory: the entry ends before it.</summary>
    public required long NextOffset { get; init; }

    /// <summary>Bytes of the data in the zip, without header and descriptor.</summary>
    public required long CompressedBytes { get; init; }

    /// <summary>Bytes of the file.</summary>
    public required long Bytes { get; init; }

    /// <summary>CRC-32 of the file.</summary>
    public required uint Crc32 { get; init; }

    /// <summary>One that is not named here has the fault <see cref="ZipEntryFault.UnknownMethod"/>.</summary>
    public required ZipMethod Method { get; init; }

    /// <summary>Why it cannot be read, where the directory tells already; null if it can be tried.</summary>
    public ZipEntryFault? Fault { get; init; }

    /// <summary>
    /// Whether it is larger than is taken. What deflate cannot shrink it makes a little longer: zlib by 5 bytes for 16 KB, others by more.
    /// </summary>
    internal bool IsLargerThan(long maxBytes) => Bytes > maxBytes || CompressedBytes - maxBytes > (maxBytes / 1000) + 1000;

    /// <summary>Where its data ends at the latest. The next entry may be far away, and what lies between is no one's.</summary>
    internal long MaxEnd => Math.Min(NextOffset, HeaderOffset + MaxLocalHeaderBytes + CompressedBytes);
}
