using System.Buffers.Binary;
using GenreCloud.Audio.Mel;
using GenreCloud.Datasets.Png;

namespace GenreCloud.Audio.Tests;

/// <summary>How a spectrogram compares with an expected PNG.</summary>
/// <param name="Worst">Grey levels of the largest difference.</param>
/// <param name="Different">Share of pixels that differ at all.</param>
/// <param name="Beyond">Share of pixels that differ by more than one grey level.</param>
internal sealed record Picture(int Worst, double Different, double Beyond)
{
    public static Picture Compare(byte[] pixels, string expectedPath)
    {
        var expected = Read(expectedPath);
        pixels.Length.ShouldBe(expected.Length);
        var differences = pixels.Zip(expected, (a, b) => Math.Abs(a - b)).ToList();
        return new Picture(
            differences.Max(),
            differences.Count(difference => difference > 0) / (double)pixels.Length,
            differences.Count(difference => difference > 1) / (double)pixels.Length);
    }

    /// <summary>uint8 [128, frames].</summary>
    public static byte[] Read(string path)
    {
        const int widthOffset = 16;
        var png = File.ReadAllBytes(path);
        var frames = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(widthOffset));
        var pixels = new byte[MelSpectrogram.Bands * frames];
        GrayPng.Decode(png, frames, MelSpectrogram.Bands, pixels);
        return pixels;
    }
}
