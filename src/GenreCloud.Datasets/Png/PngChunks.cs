using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace GenreCloud.Datasets.Png;

/// <summary>Walks the chunks of a PNG, each bounded by the file and checked against its CRC-32, up to and with IEND.</summary>
internal ref struct PngChunks
{
    public const uint Ihdr = 0x49484452;
    public const uint Plte = 0x504C5445;
    public const uint Idat = 0x49444154;
    public const uint Iend = 0x49454E44;
    public const uint Trns = 0x74524E53;

    private const int HeaderLength = 13;
    private const int ChunkOverhead = 12;

    private readonly ReadOnlySpan<byte> _png;
    private int _position;

    /// <summary>Checks the signature and the header chunk. Nothing is inflated.</summary>
    /// <exception cref="PngException">The signature or the header is missing, damaged or against the specification.</exception>
    public PngChunks(ReadOnlySpan<byte> png)
    {
        ReadOnlySpan<byte> signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];
        if (!png.StartsWith(signature))
        {
            throw png.Length > 0 && png.Length < signature.Length && signature.StartsWith(png)
                ? new PngException(PngFault.Truncated, $"The file ends after {png.Length} bytes, within the PNG signature.")
                : new PngException(PngFault.NotPng, "The file is not a PNG: it does not start with the PNG signature.");
        }

        _png = png;
        _position = signature.Length;
        if (!MoveNext() || Type != Ihdr || Data.Length != HeaderLength)
        {
            throw new PngException(PngFault.NotPng, "The file is not a PNG: its first chunk is not a header (IHDR) of 13 bytes.");
        }

        Header = ParseHeader(Data);
    }

    public PngHeader Header { get; }

    /// <summary>The four letters of the current chunk's type, big-endian.</summary>
    public uint Type { get; private set; }

    public ReadOnlySpan<byte> Data { get; private set; }

    /// <summary>False after IEND; what follows it is ignored, as by every viewer.</summary>
    /// <exception cref="PngException">The chunk leaves the file, is damaged, or is critical and unknown.</exception>
    public bool MoveNext()
    {
        if (Type == Iend)
        {
            return false;
        }

        var left = _png[_position..];
        if (left.Length < ChunkOverhead)
        {
            throw new PngException(PngFault.Truncated, $"The PNG is cut off after {_png.Length} bytes: it has no end chunk (IEND).");
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(left);
        var typeAndData = left[4..];
        Type = BinaryPrimitives.ReadUInt32BigEndian(typeAndData);
        if (!IsName(Type) || length > int.MaxValue)
        {
            throw new PngException(PngFault.BadData, $"The PNG has an invalid chunk at byte {_position}.");
        }

        if (length > (uint)(left.Length - ChunkOverhead))
        {
            throw new PngException(PngFault.Truncated, $"The PNG is cut off after {_png.Length} bytes, within its {Name(Type)} chunk.");
        }

        var checkedLength = 4 + (int)length;
        if (Crc32.HashToUInt32(typeAndData[..checkedLength]) != BinaryPrimitives.ReadUInt32BigEndian(typeAndData[checkedLength..]))
        {
            throw new PngException(PngFault.BadCrc, $"The PNG is damaged: the checksum of its {Name(Type)} chunk at byte {_position} does not match.");
        }

        const uint AncillaryBit = 0x20000000;
        if ((Type & AncillaryBit) == 0 && Type is not (Ihdr or Plte or Idat or Iend))
        {
            throw new PngException(PngFault.UnsupportedKind, $"The PNG needs an extension that is not known here (chunk {Name(Type)}).");
        }

        Data = typeAndData[4..checkedLength];
        _position += ChunkOverhead + (int)length;
        return true;
    }

    private static PngHeader ParseHeader(ReadOnlySpan<byte> data)
    {
        var width = BinaryPrimitives.ReadUInt32BigEndian(data);
        var height = BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
        if (width is 0 or > int.MaxValue || height is 0 or > int.MaxValue)
        {
            throw new PngException(PngFault.BadData, $"The PNG's header claims impossible dimensions ({width}x{height}).");
        }

        var bitDepth = data[8];
        var colorType = (PngColorType)data[9];
        var isAllowed = colorType switch
        {
            PngColorType.Gray => bitDepth is 1 or 2 or 4 or 8 or 16,
            PngColorType.Palette => bitDepth is 1 or 2 or 4 or 8,
            PngColorType.Rgb or PngColorType.GrayAlpha or PngColorType.RgbAlpha => bitDepth is 8 or 16,
            _ => false,
        };
        if (!isAllowed)
        {
            throw new PngException(PngFault.BadData, $"The PNG's header claims an impossible pixel format (colour type {data[9]}, {bitDepth} bits).");
        }

        if (data[10] != 0 || data[11] != 0 || data[12] > 1)
        {
            throw new PngException(PngFault.BadData, $"The PNG's header claims unknown methods (compression {data[10]}, filter {data[11]}, interlace {data[12]}).");
        }

        return new PngHeader((int)width, (int)height, bitDepth, colorType, Interlaced: data[12] == 1);
    }

    private static bool IsName(uint type)
    {
        for (var shift = 0; shift < 32; shift += 8)
        {
            if (!char.IsAsciiLetter((char)((type >> shift) & 0xFF)))
            {
                return false;
            }
        }

        return true;
    }

    private static string Name(uint type)
    {
        Span<byte> letters = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(letters, type);
        return Encoding.ASCII.GetString(letters);
    }
}
