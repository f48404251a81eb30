using System.Runtime.InteropServices;
using GenreCloud.Audio.Decoding;
using GenreCloud.Audio.Mel;
using GenreCloud.Testing;

namespace GenreCloud.Inference.Tests;

/// <summary>Real songs of the shared data, and files made of them.</summary>
internal static class Songs
{
    public static Task<byte[]> ReadAsync(string clip) => File.ReadAllBytesAsync(SharedData.Require($"clips/{clip}"), TestContext.Current.CancellationToken);

    /// <summary>The samples of a clip, mono at 22,050 Hz.</summary>
    public static async Task<float[]> DecodeAsync(string clip)
    {
        using var file = new MemoryStream(await ReadAsync(clip));
        var song = await new AudioDecoder(new AudioDecoderOptions(), TimeProvider.System).DecodeAsync(file, TestContext.Current.CancellationToken);
        return song.Samples.ToArray();
    }

    /// <summary>A mono WAV file of floating-point samples at 22,050 Hz.</summary>
    public static byte[] Wav(ReadOnlySpan<float> samples)
    {
        const int bytesPerSample = sizeof(float);
        var data = MemoryMarshal.AsBytes(samples);
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        writer.Write("RIFF"u8);
        writer.Write(36 + data.Length);
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)3);
        writer.Write((short)1);
        writer.Write(MelSpectrogram.SampleRate);
        writer.Write(MelSpectrogram.SampleRate * bytesPerSample);
        writer.Write((short)bytesPerSample);
        writer.Write((short)(8 * bytesPerSample));
        writer.Write("data"u8);
        writer.Write(data.Length);
        writer.Write(data);
        return file.ToArray();
    }

    public static int Samples(double seconds) => (int)(seconds * MelSpectrogram.SampleRate);
}
