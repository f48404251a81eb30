using System.IO.Compression;
using System.Text;

namespace GenreCloud.DatasetImport.Tests.Archives;

/// <summary>An entry whose headers say whatever a test needs; what is not set is true.</summary>
internal sealed record RawEntry
{
    public required byte[] Name { get; init; }

    /// <summary>What lies in the zip.</summary>
    public required byte[] Data { get; init; }

    public required uint Bytes { get; init; }

    public required uint Crc32 { get; init; }

    public ushort Method { get; init; }

    public ushort Flags { get; init; }

    public byte[] Extra { get; init; } = [];

    public ushort Disk { get; init; }

    public uint? CompressedBytes { get; init; }

    /// <summary>In the directory, if it is not where the entry is.</summary>
    public uint? HeaderOffset { get; init; }

    public byte[]? LocalName { get; init; }

    public byte[] LocalExtra { get; init; } = [];

    public ushort? LocalMethod { get; init; }

    public ushort? LocalFlags { get; init; }

    public uint? LocalBytes { get; init; }

    public uint? LocalCompressedBytes { get; init; }

    public uint? LocalCrc32 { get; init; }

    public uint LocalSignature { get; init; } = 0x04034B50;

    /// <summary>What follows the data.</summary>
    public byte[] Descriptor { get; init; } = [];

    public static RawEntry Stored(string name, byte[] content) => new()
    {
        Name = Encoding.UTF8.GetBytes(name),
        Data = content,
        Bytes = (uint)content.Length,
        Crc32 = System.IO.Hashing.Crc32.HashToUInt32(content),
    };

    public static RawEntry Deflated(string name, byte[] content) => Stored(name, content) with { Data = Deflate(content), Method = 8 };

    public static byte[] Deflate(byte[] content)
    {
        using var data = new MemoryStream();
        using (var deflate = new DeflateStream(data, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflate.Write(content);
        }

        return data.ToArray();
    }
}
