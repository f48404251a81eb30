using System.Buffers.Binary;

namespace GenreCloud.DatasetImport.Archives;

/// <summary>The header right before an entry's data (APPNOTE 4.3.7), which must say what the directory says.</summary>
internal static class LocalHeader
{
    private const uint Signature = 0x04034B50;

    /// <summary>Checks a header against its entry.</summary>
    /// <param name="header">The header; data may follow.</param>
    /// <param name="entry">What the directory says.</param>
    /// <returns>The header's length, to the first byte of the data.</returns>
    /// <exception cref="ZipEntryException">They do not say the same.</exception>
    public static int Require(ReadOnlySpan<byte> header, ZipEntry entry)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != Signature)
        {
            throw Mismatch(entry, "there is none");
        }

        var nameBytes = BinaryPrimitives.ReadUInt16LittleEndian(header[26..]);
        var length = ZipEntry.LocalHeaderBytes + nameBytes + BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        if (length > header.Length || length + entry.CompressedBytes > entry.NextOffset - entry.HeaderOffset)
        {
            throw Mismatch(entry, "with it the entry reaches into the next");
        }

        if (nameBytes != entry.NameBytes
            || System.IO.Hashing.Crc32.HashToUInt32(header.Slice(ZipEntry.LocalHeaderBytes, nameBytes)) != entry.NameCrc32)
        {
            throw Mismatch(entry, "it has another name");
        }

        if (BinaryPrimitives.ReadUInt16LittleEndian(header[8..]) != (ushort)entry.Method)
        {
            throw Mismatch(entry, "it has another compression method");
        }

        var flags = (ZipFlags)BinaryPrimitives.ReadUInt16LittleEndian(header[6..]);
        if ((flags & ZipFlags.AnyEncryption) != 0)
        {
            throw Mismatch(entry, "it is encrypted");
        }

        if ((flags & ZipFlags.HasDescriptor) == 0)
        {
            RequireSizes(header, header[(ZipEntry.LocalHeaderBytes + nameBytes)..length], entry);
        }

        return length;
    }

    private static void RequireSizes(ReadOnlySpan<byte> header, ReadOnlySpan<byte> extra, ZipEntry entry)
    {
        var compressedBytes = (long)BinaryPrimitives.ReadUInt32LittleEndian(header[18..]);
        var bytes = (long)BinaryPrimitives.ReadUInt32LittleEndian(header[22..]);
        var offset = 0L;
        if (!ZipExtra.TryWiden(extra, ref bytes, ref compressedBytes, ref offset)
            || bytes != entry.Bytes || compressedBytes != entry.CompressedBytes)
        {
            throw Mismatch(entry, "it has another size");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(header[14..]) != entry.Crc32)
        {
            throw Mismatch(entry, "it has another checksum");
        }
    }

    private static ZipEntryException Mismatch(ZipEntry entry, string what) => new(
        ZipEntryFault.HeaderMismatch, $"Its own header, at byte {entry.HeaderOffset:N0} of the zip, is not what the zip's directory says: {what}.");
}
