using System.Buffers.Binary;

namespace GenreCloud.DatasetImport.Archives;

/// <summary>One header of the central directory (APPNOTE 4.3.12).</summary>
internal readonly ref struct CentralHeader
{
    public const int FixedBytes = 46;

    /// <summary>The longest that a header can be.</summary>
    public const int MaxBytes = FixedBytes + (3 * ushort.MaxValue);

    private readonly ReadOnlySpan<byte> _bytes;

    /// <param name="bytes">Its <see cref="FixedBytes"/> and what follows them.</param>
    public CentralHeader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public bool HasSignature => BinaryPrimitives.ReadUInt32LittleEndian(_bytes) == ZipEndRecord.CentralHeaderSignature;

    public int NameBytes => Short(28);

    /// <summary>The whole header's length.</summary>
    public int Length => FixedBytes + NameBytes + ExtraBytes + Short(32);

    public bool IsOnOtherDisk => Short(34) is not (0 or ushort.MaxValue);

    private int ExtraBytes => Short(30);

    private ZipFlags Flags => (ZipFlags)Short(8);

    /// <param name="prefix">Bytes before the zip, which its offsets do not count.</param>
    /// <param name="limits">What makes an entry too large.</param>
    /// <returns>The entry, without <see cref="ZipEntry.NextOffset"/>; null if a size or an offset is missing or larger than any file.</returns>
    public ZipEntry? Parse(long prefix, ZipLimits limits)
    {
        var name = _bytes.Slice(FixedBytes, NameBytes);
        var extra = _bytes.Slice(FixedBytes + NameBytes, ExtraBytes);
        var compressedBytes = (long)BinaryPrimitives.ReadUInt32LittleEndian(_bytes[20..]);
        var bytes = (long)BinaryPrimitives.ReadUInt32LittleEndian(_bytes[24..]);
        var offset = (long)BinaryPrimitives.ReadUInt32LittleEndian(_bytes[42..]);
        if (!ZipExtra.TryWiden(extra, ref bytes, ref compressedBytes, ref offset) || offset > long.MaxValue - prefix)
        {
            return null;
        }

        var nameCrc32 = System.IO.Hashing.Crc32.HashToUInt32(name);
        var entry = new ZipEntry
        {
            Name = ZipNames.Decode(name, nameCrc32, (Flags & ZipFlags.Utf8) != 0, extra),
            NameBytes = name.Length,
            NameCrc32 = nameCrc32,
            HeaderOffset = offset + prefix,
            NextOffset = offset + prefix,
            CompressedBytes = compressedBytes,
            Bytes = bytes,
            Crc32 = BinaryPrimitives.ReadUInt32LittleEndian(_bytes[16..]),
            Method = (ZipMethod)Short(10),
        };
        return entry with { Fault = FaultOf(entry, limits) };
    }

    private ZipEntryFault? FaultOf(ZipEntry entry, ZipLimits limits) => entry switch
    {
        { Name: "" } => ZipEntryFault.BadName,
        _ when entry.Name.Contains('\0', StringComparison.Ordinal) => ZipEntryFault.BadName,
        _ when (Flags & ZipFlags.AnyEncryption) != 0 => ZipEntryFault.Encrypted,
        { Method: not (ZipMethod.Stored or ZipMethod.Deflated) } => ZipEntryFault.UnknownMethod,
        _ when entry.IsLargerThan(limits.MaxEntryBytes) => ZipEntryFault.TooLarge,
        { Method: ZipMethod.Stored } when entry.Bytes != entry.CompressedBytes => ZipEntryFault.WrongSize,
        _ when entry.Bytes / limits.MaxCompressionRatio > entry.CompressedBytes => ZipEntryFault.RatioTooHigh,
        _ => null,
    };

    private ushort Short(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(_bytes[offset..]);
}
