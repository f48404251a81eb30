using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;

namespace GenreCloud.DatasetImport.Tests.Sources;

/// <summary>PNGs of seeded content, of the right kind and of others.</summary>
internal static class TestPng
{
    /// <summary>uint8 [128,1292], the same for the same seed.</summary>
    public static byte[] Pixels(int seed)
    {
        var random = new Random(seed);
        var pixels = new byte[SpectrogramFormat.Pixels];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)(120 + (50 * Math.Sin(seed + (i / SpectrogramFormat.Frames * 0.1))) + random.Next(8));
        }

        return pixels;
    }

    /// <summary>A spectrogram as the datasets have them: 8-bit gray.</summary>
    public static byte[] Spectrogram(int seed) => SpectrogramPng.Encode(Pixels(seed));

    /// <summary>The same pixels in 8-bit RGB.</summary>
    public static byte[] Rgb(int seed) =>
        Build(SpectrogramFormat.Frames, SpectrogramFormat.MelBands, bitDepth: 8, colorType: 2, bytesPerPixel: 3, Pixels(seed));

    /// <summary>The same pixels in 16-bit gray.</summary>
    public static byte[] Gray16(int seed) =>
        Build(SpectrogramFormat.Frames, SpectrogramFormat.MelBands, bitDepth: 16, colorType: 0, bytesPerPixel: 2, Pixels(seed));

    /// <summary>8-bit gray whose header promises other dimensions than its data have.</summary>
    /// <param name="width">What the header says.</param>
    /// <param name="height">What the header says.</param>
    /// <param name="rows">Rows of 1292 bytes in the data.</param>
    public static byte[] Gray(int width, int height, int rows) =>
        Build(width, height, bitDepth: 8, colorType: 0, bytesPerPixel: 1, new byte[rows * SpectrogramFormat.Frames]);

    private static byte[] Build(int width, int height, byte bitDepth, byte colorType, int bytesPerPixel, byte[] gray)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = bitDepth;
        header[9] = colorType;
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.Fastest, leaveOpen: true))
        {
            foreach (var row in gray.Chunk(SpectrogramFormat.Frames))
            {
                zlib.WriteByte(0);
                zlib.Write([.. row.SelectMany(pixel => Enumerable.Repeat(pixel, bytesPerPixel))]);
            }
        }

        return [0x89, .. "PNG\r\n\u001a\n"u8, .. Chunk("IHDR", header), .. Chunk("IDAT", data.ToArray()), .. Chunk("IEND", [])];
    }

    private static byte[] Chunk(string type, byte[] data)
    {
        var chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        Encoding.ASCII.GetBytes(type, chunk.AsSpan(4));
        data.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Crc32.HashToUInt32(chunk.AsSpan(4, 4 + data.Length)));
        return chunk;
    }
}
