using GenreCloud.Audio.Decoding;
using GenreCloud.Audio.Mel;
using GenreCloud.Testing;

namespace GenreCloud.Audio.Tests;

/// <summary>What librosa 0.7.2 made of some recordings.</summary>
internal static class Golden
{
    public static string Path(string name) => SharedData.Require(System.IO.Path.Combine("golden", name));

    /// <summary>The recording of a case, mono at 22,050 Hz.</summary>
    /// <param name="name">Of the case; what follows a second part, as in "music_44100_stereo.kaiser_best", is not of the recording's name.</param>
    public static async Task<float[]> SamplesAsync(string name)
    {
        var recording = name.StartsWith("music_44100", StringComparison.Ordinal) ? name[..name.IndexOf('.', StringComparison.Ordinal)] : name;
        await using var wav = File.OpenRead(Path($"{recording}.wav"));
        var decoder = new AudioDecoder(new AudioDecoderOptions(), TimeProvider.System);
        return (await decoder.DecodeAsync(wav, TestContext.Current.CancellationToken)).Samples.ToArray();
    }

    public static float[] Power(ReadOnlySpan<float> samples)
    {
        var power = new float[MelSpectrogram.Bands * MelSpectrogram.FrameCount(samples.Length)];
        MelSpectrogram.Power(samples, power);
        return power;
    }
}
