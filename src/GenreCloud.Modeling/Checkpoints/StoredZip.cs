using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace GenreCloud.Modeling.Checkpoints;

/// <summary>An entry of a zip file: bytes of the file as they are.</summary>
/// <param name="Crc">Their CRC-32, as the file says.</param>
internal readonly record struct StoredEntry(int Start, int Length, uint Crc);

/// <summary>
/// The directory of a zip file whose entries are stored, as <c>torch.save</c> writes them: nothing is decompressed, so nothing can grow.
/// Offsets are those of PKWARE's APPNOTE, sections 4.3.7, 4.3.12 and 4.3.16.
/// </summary>
internal static class StoredZip
{
    private const uint LocalSignature = 0x04034b50;
    private const uint DirectorySignature = 0x02014b50;
    private const uint EndSignature = 0x06054b50;
    private const int LocalBytes = 30;
    private const int DirectoryBytes = 46;
    private const int EndBytes = 22;
    private const ushort Encrypted = 1;

    /// <summary>The entries by name.</summary>
    /// <exception cref="CheckpointException">The directory is damaged, or an entry is compressed or encrypted.</exception>
    public static Dictionary<string, StoredEntry> ReadEntries(ReadOnlyMemory<byte> file)
    {
        var bytes = file.Span;
        int end = FindEnd(bytes);
        int count = UInt16(bytes, end + 10);
        if (count > CheckpointLimits.ZipEntries)
        {
            throw CheckpointException.TooLarge("entries in the zip file", CheckpointLimits.ZipEntries);
        }

        uint directory = UInt32(bytes, end + 16);
        if (directory > end)
        {
            throw CheckpointException.Damaged("the zip file's directory does not lie within it", end);
        }

        var entries = new Dictionary<string, StoredEntry>(StringComparer.Ordinal);
        int position = (int)directory;
        long total = 0;
        for (int i = 0; i < count; i++)
        {
            if (end - position < DirectoryBytes || UInt32(bytes, position) != DirectorySignature)
            {
                throw CheckpointException.Damaged("an entry of the zip file's directory is missing", position);
            }

            int nameLength = UInt16(bytes, position + 28);
            int next = position + DirectoryBytes + nameLength + UInt16(bytes, position + 30) + UInt16(bytes, position + 32);
            if (next > end)
            {
                throw CheckpointException.Damaged("an entry of the zip file's directory is cut off", position);
            }

            var name = bytes.Slice(position + DirectoryBytes, nameLength);
            var entry = ReadEntry(bytes, position);
            if (!Utf8.IsValid(name) || !entries.TryAdd(Encoding.UTF8.GetString(name), entry))
            {
                throw CheckpointException.Damaged("the name of a zip entry occurs twice, or is not UTF-8", position);
            }

            // Entries that share bytes would be summed again for each: a small file could keep a reader busy for hours.
            total += entry.Length;
            if (total > bytes.Length)
            {
                throw CheckpointException.Damaged("the zip file's entries overlap", position);
            }

            position = next;
        }

        return entries;
    }

    private static StoredEntry ReadEntry(ReadOnlySpan<byte> bytes, int position)
    {
        uint length = UInt32(bytes, position + 24);
        if (UInt16(bytes, position + 10) != 0 || UInt32(bytes, position + 20) != length || (UInt16(bytes, position + 8) & Encrypted) != 0)
        {
            throw CheckpointException.Refused("an entry of the zip file is compressed or encrypted; torch.save stores them", position);
        }

        // The local header's extra field, which aligns the data, has a length of its own.
        uint local = UInt32(bytes, position + 42);
        if (local > bytes.Length - LocalBytes || UInt32(bytes, (int)local) != LocalSignature)
        {
            throw CheckpointException.Damaged("the zip file's directory points to no entry", position);
        }

        int start = (int)local + LocalBytes + UInt16(bytes, (int)local + 26) + UInt16(bytes, (int)local + 28);
        return start <= bytes.Length && length <= bytes.Length - start
            ? new StoredEntry(start, (int)length, UInt32(bytes, position + 16))
            : throw CheckpointException.Damaged("an entry of the zip file is cut off", start);
    }

    /// <summary>The end record, which a comment of up to 65,535 bytes may follow.</summary>
    private static int FindEnd(ReadOnlySpan<byte> bytes)
    {
        for (int position = bytes.Length - EndBytes; position >= Math.Max(0, bytes.Length - EndBytes - ushort.MaxValue); position--)
        {
            if (UInt32(bytes, position) == EndSignature && UInt16(bytes, position + 20) == bytes.Length - EndBytes - position)
            {
                return position;
            }
        }

        throw CheckpointException.Damaged("the zip file's directory is missing", bytes.Length);
    }

    private static ushort UInt16(ReadOnlySpan<byte> bytes, int position) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[position..]);

    private static uint UInt32(ReadOnlySpan<byte> bytes, int position) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[position..]);
}
