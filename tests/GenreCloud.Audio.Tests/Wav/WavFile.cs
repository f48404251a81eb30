using System.Buffers.Binary;
using System.Text;

namespace GenreCloud.Audio.Tests.Wav;

/// <summary>Makes WAV files, right ones and wrong ones.</summary>
internal static class WavFile
{
    public const int Pcm = 1;
    public const int Float = 3;

    /// <summary>A file of these chunks.</summary>
    public static byte[] Of(params (string Id, byte[] Content)[] chunks)
    {
        using var file = new MemoryStream();
        file.Write("RIFF"u8);
        file.Write(UInt32((uint)(4 + chunks.Sum(chunk => 8 + chunk.Content.Length + (chunk.Content.Length % 2)))));
        file.Write("WAVE"u8);
        foreach (var (id, content) in chunks)
        {
            file.Write(Encoding.ASCII.GetBytes(id));
            file.Write(UInt32((uint)content.Length));
            file.Write(content);
            file.Write(new byte[content.Length % 2]);
        }

        return file.ToArray();
    }

    public static byte[] Format(int coding, int channels, int rate, int bits)
        => [.. UInt16(coding), .. UInt16(channels), .. UInt32((uint)rate), .. UInt32((uint)(rate * channels * bits / 8)), .. UInt16(channels * bits / 8), .. UInt16(bits)];

    /// <summary>The same with a sub-format.</summary>
    public static byte[] ExtensibleFormat(int coding, int channels, int rate, int bits)
        => [.. Format(0xFFFE, channels, rate, bits), .. UInt16(22), .. UInt16(bits), .. UInt32(0), .. UInt16(coding), 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];

    /// <summary>Samples in a coding.</summary>
    public static byte[] Data(int coding, int bits, params double[] samples) => [.. samples.SelectMany(sample => Encode(coding, bits, sample))];

    /// <summary>Overwrites the size of the data chunk, which begins a file of 16 bytes of format.</summary>
    public static byte[] WithDataSize(byte[] file, uint size)
    {
        const int sizeOffset = 40;
        var changed = file.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(changed.AsSpan(sizeOffset), size);
        return changed;
    }

    private static byte[] Encode(int coding, int bits, double sample)
    {
        var bytes = new byte[8];
        if (coding == Float)
        {
            if (bits == 32)
            {
                BinaryPrimitives.WriteSingleLittleEndian(bytes, (float)sample);
            }
            else
            {
                BinaryPrimitives.WriteDoubleLittleEndian(bytes, sample);
            }
        }
        else
        {
            var whole = (long)Math.Round(sample * (1L << (bits - 1)));
            BinaryPrimitives.WriteInt64LittleEndian(bytes, bits == 8 ? whole + 128 : whole);
        }

        return bytes[..(bits / 8)];
    }

    private static byte[] UInt16(int value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)value);
        return bytes;
    }

    private static byte[] UInt32(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }
}
