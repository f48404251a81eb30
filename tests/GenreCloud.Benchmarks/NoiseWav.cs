namespace GenreCloud.Benchmarks;

/// <summary>A stereo WAV of 16 bits: noise with a tone in it.</summary>
internal static class NoiseWav
{
    public const int HeaderBytes = 44;
    public const int Channels = 2;

    /// <param name="rate">In Hz.</param>
    /// <param name="seconds">How long.</param>
    public static byte[] Make(int rate, int seconds)
    {
        var random = new Random(1);
        var dataBytes = seconds * rate * Channels * sizeof(short);
        using var file = new MemoryStream(HeaderBytes + dataBytes);
        using var writer = new BinaryWriter(file);
        writer.Write("RIFF"u8);
        writer.Write(HeaderBytes - 8 + dataBytes);
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)1);
        writer.Write((short)Channels);
        writer.Write(rate);
        writer.Write(rate * Channels * sizeof(short));
        writer.Write((short)(Channels * sizeof(short)));
        writer.Write((short)(8 * sizeof(short)));
        writer.Write("data"u8);
        writer.Write(dataBytes);
        for (var i = 0; i < seconds * rate * Channels; i++)
        {
            writer.Write((short)(random.Next(-10_000, 10_000) + (8_000 * Math.Sin(i * 0.05))));
        }

        return file.ToArray();
    }
}
