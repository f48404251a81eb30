using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using GenreCloud.Testing;

namespace GenreCloud.Datasets.Tests.Png;

/// <summary>PNGs to read: the real ones, and ones built chunk by chunk, right or wrong as a test needs them.</summary>
internal static class PngSamples
{
    public static byte[] Signature { get; } = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public static IEnumerable<(string Name, byte[] Png)> Real(string archive)
    {
        using var zip = ZipFile.OpenRead(SharedData.Require(archive));
        foreach (var entry in zip.Entries.Where(entry => entry.Name.EndsWith(".png", StringComparison.Ordinal)))
        {
            using var content = entry.Open();
            var png = new byte[entry.Length];
            content.ReadExactly(png);
            yield return (entry.FullName, png);
        }
    }

    /// <summary>uint8 [128,1292] of a smooth pattern with some noise, the same for the same seed.</summary>
    public static byte[] Spectrogram(int seed)
    {
        var random = new Random(seed);
        var pixels = new byte[SpectrogramFormat.Pixels];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (row, column) = (i / SpectrogramFormat.Frames, i % SpectrogramFormat.Frames);
            pixels[i] = (byte)(128 + (60 * Math.Sin((row * 0.1) + seed)) + (40 * Math.Cos(column * 0.05)) + random.Next(-8, 9));
        }

        return pixels;
    }

    public static byte[] Chunk(string type, params byte[] data)
    {
        var chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        Encoding.ASCII.GetBytes(type, chunk.AsSpan(4));
        data.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Crc32.HashToUInt32(chunk.AsSpan(4, 4 + data.Length)));
        return chunk;
    }

    public static byte[] Header(int width, int height, byte bitDepth = 8, byte colorType = 0, byte interlace = 0)
    {
        var data = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(data, width);
        BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(4), height);
        data[8] = bitDepth;
        data[9] = colorType;
        data[12] = interlace;
        return Chunk("IHDR", data);
    }

    /// <summary>The zlib stream of rows with their filter bytes.</summary>
    public static byte[] Compress(byte[] rows)
    {
        using var stream = new MemoryStream();
        using (var zlib = new ZLibStream(stream, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(rows);
        }

        return stream.ToArray();
    }

    public static byte[] Data(byte[] rows) => Chunk("IDAT", Compress(rows));

    public static byte[] End { get; } = Chunk("IEND");

    public static byte[] Png(params byte[][] chunks) => [.. Signature, .. chunks.SelectMany(chunk => chunk)];
}
