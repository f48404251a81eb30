using System.Buffers.Binary;

namespace GenreCloud.DatasetImport.Archives;

/// <summary>The extra fields of a header: an id and a length of two bytes each, then the content (APPNOTE 4.5).</summary>
internal static class ZipExtra
{
    private const ushort Zip64 = 0x0001;
    private const int Zip64Bytes = 28;

    /// <summary>The first field with an id. What comes after a field that leaves the header is not looked at, as other readers do.</summary>
    public static bool TryFind(ReadOnlySpan<byte> extra, ushort id, out ReadOnlySpan<byte> field)
    {
        while (extra.Length >= 4)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            if (length > extra.Length - 4)
            {
                break;
            }

            if (BinaryPrimitives.ReadUInt16LittleEndian(extra) == id)
            {
                field = extra.Slice(4, length);
                return true;
            }

            extra = extra[(4 + length)..];
        }

        field = default;
        return false;
    }

    /// <summary>Takes 64-bit values from the zip64 field in place of those that are all ones (APPNOTE 4.5.3); it has only these, in this order.</summary>
    /// <remarks>Some writers give them all whether they are wanted or not, which shows in the field's length.</remarks>
    /// <param name="extra">The extra fields.</param>
    /// <param name="bytes">The size.</param>
    /// <param name="compressedBytes">The compressed size.</param>
    /// <param name="offset">The offset of the local header; 0 in a local header itself.</param>
    /// <returns>False if a value is missing, or larger than any file.</returns>
    public static bool TryWiden(ReadOnlySpan<byte> extra, ref long bytes, ref long compressedBytes, ref long offset)
    {
        if (bytes != uint.MaxValue && compressedBytes != uint.MaxValue && offset != uint.MaxValue)
        {
            return true;
        }

        if (!TryFind(extra, Zip64, out var field))
        {
            return false;
        }

        var hasAll = field.Length == Zip64Bytes;
        return TryTake(ref field, hasAll, ref bytes) && TryTake(ref field, hasAll, ref compressedBytes) && TryTake(ref field, hasAll, ref offset);
    }

    private static bool TryTake(ref ReadOnlySpan<byte> field, bool hasAll, ref long value)
    {
        if (value != uint.MaxValue)
        {
            field = hasAll ? field[sizeof(long)..] : field;
            return true;
        }

        if (!BinaryPrimitives.TryReadInt64LittleEndian(field, out value) || value < 0)
        {
            return false;
        }

        field = field[sizeof(long)..];
        return true;
    }
}
