using System.Buffers.Binary;

namespace GenreCloud.Audio.Mp4;

/// <summary>
/// Puts the index (moov) of an MP4 file before its sound (mdat), so that a decoder that cannot go back can read it: most programs write it last.
/// </summary>
internal static class StreamableMp4
{
    /// <summary>Bytes at the beginning of a file that tell an MP4.</summary>
    public const int SignatureBytes = 8;

    private const int BoxHeaderBytes = 8;
    private const int LargeBoxHeaderBytes = 16;

    /// <summary>Bytes before the first entry of a table of chunk offsets: header, version and flags, number of entries.</summary>
    private const int TableHeaderBytes = 16;

    /// <summary>Where the tables of chunk offsets are, from the index on.</summary>
    private static readonly string[] TablePath = ["trak", "mdia", "minf", "stbl"];

    /// <summary>Whether a file begins as an MP4.</summary>
    public static bool Recognizes(ReadOnlySpan<byte> head) => head.Length >= SignatureBytes && head[4..].StartsWith("ftyp"u8);

    /// <summary>The file in the order to send it in. What is not as it should be stays as it is, for the decoder to judge.</summary>
    /// <param name="file">The whole file; the offsets in its index are changed in place.</param>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Arrange(Memory<byte> file)
    {
        var boxes = Boxes(file.Span, 0);
        var index = boxes.Find(box => box.Type == "moov");
        var isLast = index is not null && boxes.Exists(box => box.Type == "mdat" && box.Start < index.Start);

        // A fragmented file has its index first, and offsets of another kind.
        if (!isLast || boxes.Exists(box => box.Type == "moof"))
        {
            return [file];
        }

        var place = boxes[0].Type == "ftyp" ? boxes[0].End : 0;
        MoveChunks(file.Span[index!.Start..index.End], index);
        return [file[..place], file[index.Start..index.End], file[place..index.Start], file[index.End..]];
    }

    /// <summary>Adds the size of the index to the offset of every chunk that will come behind it.</summary>
    private static void MoveChunks(Span<byte> moov, Box index)
    {
        foreach (var table in Descendants(moov))
        {
            var width = table.Type == "stco" ? 4 : 8;
            var entries = moov[table.Start..table.End][TableHeaderBytes..];
            var count = Math.Min(BinaryPrimitives.ReadUInt32BigEndian(moov[(table.Start + TableHeaderBytes - 4)..]), (uint)(entries.Length / width));
            for (var i = 0; i < count; i++)
            {
                var entry = entries[(i * width)..];
                if (width == 4)
                {
                    var offset = BinaryPrimitives.ReadUInt32BigEndian(entry);
                    BinaryPrimitives.WriteUInt32BigEndian(entry, offset < index.Start ? offset + (uint)index.Length : offset);
                }
                else
                {
                    var offset = BinaryPrimitives.ReadUInt64BigEndian(entry);
                    BinaryPrimitives.WriteUInt64BigEndian(entry, offset < (ulong)index.Start ? offset + (ulong)index.Length : offset);
                }
            }
        }
    }

    /// <summary>The tables of chunk offsets.</summary>
    private static List<Box> Descendants(ReadOnlySpan<byte> moov)
    {
        var parents = Boxes(moov, 0).Take(1).ToList();
        foreach (var type in TablePath)
        {
            var children = new List<Box>();
            foreach (var parent in parents)
            {
                children.AddRange(Children(moov, parent).Where(box => box.Type == type));
            }

            parents = children;
        }

        var tables = new List<Box>();
        foreach (var parent in parents)
        {
            tables.AddRange(Children(moov, parent).Where(box => box.Type is "stco" or "co64" && box.Length >= TableHeaderBytes));
        }

        return tables;
    }

    private static List<Box> Children(ReadOnlySpan<byte> bytes, Box parent) => Boxes(bytes[..parent.End], parent.ContentStart);

    /// <summary>The boxes from a place on to the end, as far as their sizes make sense.</summary>
    private static List<Box> Boxes(ReadOnlySpan<byte> bytes, int start)
    {
        var boxes = new List<Box>();
        while (bytes.Length - start >= BoxHeaderBytes)
        {
            long size = BinaryPrimitives.ReadUInt32BigEndian(bytes[start..]);
            var header = BoxHeaderBytes;
            if (size == 1 && bytes.Length - start >= LargeBoxHeaderBytes)
            {
                size = BinaryPrimitives.ReadInt64BigEndian(bytes[(start + BoxHeaderBytes)..]);
                header = LargeBoxHeaderBytes;
            }
            else if (size == 0)
            {
                size = bytes.Length - start;
            }

            if (size < header || size > bytes.Length - start)
            {
                break;
            }

            boxes.Add(new Box(System.Text.Encoding.Latin1.GetString(bytes.Slice(start + 4, 4)), start, start + header, start + (int)size));
            start += (int)size;
        }

        return boxes;
    }

    private sealed record Box(string Type, int Start, int ContentStart, int End)
    {
        public int Length => End - Start;
    }
}
