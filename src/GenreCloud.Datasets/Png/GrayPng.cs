using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace GenreCloud.Datasets.Png;

/// <summary>Reads and writes 8-bit gray PNGs without interlacing or transparency (PNG specification, third edition).</summary>
public static class GrayPng
{
    /// <summary>
    /// Decodes a picture of known dimensions. The header is checked before anything is inflated, every chunk against its CRC-32, and the pixels
    /// against their exact number and Adler-32. Allocates nothing once the array pool is warm. What follows the end chunk is ignored.
    /// </summary>
    /// <param name="png">The whole file.</param>
    /// <param name="width">The width that the picture must have, in pixels.</param>
    /// <param name="height">The height that the picture must have, in pixels.</param>
    /// <param name="pixels">Gets uint8 [height, width], row-major, top row first. Its content is undefined after an exception.</param>
    /// <exception cref="PngException">The picture cannot be read, or is of another size or kind.</exception>
    /// <exception cref="ArgumentException"><paramref name="pixels"/> holds fewer than width x height bytes.</exception>
    public static void Decode(ReadOnlySpan<byte> png, int width, int height, Span<byte> pixels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        var filteredLength = checked((width + 1) * height);
        if (pixels.Length < width * height)
        {
            throw new ArgumentException($"{width}x{height} pixels need {width * height} bytes, not {pixels.Length}.", nameof(pixels));
        }

        var chunks = new PngChunks(png);
        RequireGray(chunks.Header, width, height);

        byte[]? joined = null;
        var filtered = ArrayPool<byte>.Shared.Rent(filteredLength);
        try
        {
            var compressed = ReadImageData(ref chunks, png.Length, ref joined);
            Inflate(compressed, filtered.AsSpan(0, filteredLength));
            if (!PngFilters.TryReverse(filtered.AsSpan(0, filteredLength), width, pixels))
            {
                throw new PngException(PngFault.BadData, "The PNG's pixels are damaged: a row names a filter that does not exist.");
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(filtered);
            if (joined is not null)
            {
                ArrayPool<byte>.Shared.Return(joined);
            }
        }
    }

    /// <summary>Encodes a picture; the same pixels give the same bytes for one version of the .NET runtime.</summary>
    /// <param name="pixels">uint8 [height, width], row-major, top row first.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <exception cref="ArgumentException"><paramref name="pixels"/> does not hold width x height bytes.</exception>
    public static byte[] Encode(ReadOnlySpan<byte> pixels, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        if (pixels.Length != checked(width * height))
        {
            throw new ArgumentException($"{width}x{height} pixels are {width * height} bytes, not {pixels.Length}.", nameof(pixels));
        }

        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            var row = new byte[width + 1];
            for (var y = 0; y < height; y++)
            {
                PngFilters.Apply(pixels.Slice(y * width, width), y == 0 ? default : pixels.Slice((y - 1) * width, width), row);
                zlib.Write(row);
            }
        }

        Span<byte> header = stackalloc byte[13];
        header.Clear();
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8] = 8;

        using var png = new MemoryStream((int)compressed.Length + 64);
        png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        WriteChunk(png, PngChunks.Ihdr, header);
        WriteChunk(png, PngChunks.Idat, compressed.GetBuffer().AsSpan(0, (int)compressed.Length));
        WriteChunk(png, PngChunks.Iend, []);
        return png.ToArray();
    }

    internal static PngException WrongSize(PngHeader header, int width, int height)
        => new(PngFault.WrongSize, $"The picture must be {width}x{height} pixels, and is {header.Width}x{header.Height}.");

    private static void RequireGray(PngHeader header, int width, int height)
    {
        if (header.Width != width || header.Height != height)
        {
            throw WrongSize(header, width, height);
        }

        if (header is not { BitDepth: 8, ColorType: PngColorType.Gray, Interlaced: false })
        {
            throw Unsupported($"{header.ColorType}, {header.BitDepth} bits{(header.Interlaced ? ", interlaced" : "")}");
        }
    }

    /// <summary>The zlib stream of all IDAT chunks; joined in a rented array if there are several.</summary>
    private static ReadOnlySpan<byte> ReadImageData(ref PngChunks chunks, int maxLength, ref byte[]? joined)
    {
        ReadOnlySpan<byte> data = default;
        var count = 0;
        var isEnded = false;
        while (chunks.MoveNext())
        {
            if (chunks.Type != PngChunks.Idat)
            {
                if (chunks.Type == PngChunks.Ihdr)
                {
                    throw new PngException(PngFault.BadData, "The PNG has a second header (IHDR).");
                }

                if (chunks.Type is PngChunks.Plte or PngChunks.Trns)
                {
                    throw Unsupported("gray with a palette or transparency");
                }

                isEnded = count > 0;
                continue;
            }

            if (isEnded)
            {
                throw new PngException(PngFault.BadData, "The PNG's image data (IDAT) is interrupted by another chunk.");
            }

            if (count++ == 0)
            {
                data = chunks.Data;
                continue;
            }

            if (joined is null)
            {
                joined = ArrayPool<byte>.Shared.Rent(maxLength);
                data.CopyTo(joined);
            }

            chunks.Data.CopyTo(joined.AsSpan(data.Length));
            data = joined.AsSpan(0, data.Length + chunks.Data.Length);
        }

        return count > 0 ? data : throw new PngException(PngFault.BadData, "The PNG has no image data (IDAT).");
    }

    private static void Inflate(ReadOnlySpan<byte> compressed, Span<byte> filtered)
    {
        var status = Inflater.Inflate(compressed, filtered, out var read, out var written);
        var problem = status switch
        {
            InflateStatus.Truncated => "the compressed data ends too early",
            InflateStatus.TooLong => "there are more of them than the header promises",
            InflateStatus.Corrupt => "the compressed data is invalid",
            InflateStatus.BadChecksum => "their checksum does not match",
            InflateStatus.Done when written < filtered.Length => "there are fewer of them than the header promises",
            InflateStatus.Done when read < compressed.Length => "something else follows them in the image data",
            _ => null,
        };
        if (problem is not null)
        {
            throw new PngException(PngFault.BadData, $"The PNG's pixels are damaged: {problem}.");
        }
    }

    private static PngException Unsupported(string kind)
        => new(PngFault.UnsupportedKind, $"The PNG must be 8-bit gray without interlacing, and is {kind}.");

    private static void WriteChunk(MemoryStream png, uint type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        var start = (int)png.Length;
        BinaryPrimitives.WriteUInt32BigEndian(number, type);
        png.Write(number);
        png.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.HashToUInt32(png.GetBuffer().AsSpan(start, (int)png.Length - start)));
        png.Write(number);
    }
}
