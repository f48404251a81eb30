using GenreCloud.Audio.Mel;
using GenreCloud.Audio.Windowing;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;

namespace GenreCloud.Inference.Classify;

/// <summary>The windows of a song side by side.</summary>
/// <param name="Start">Of the first column in the song.</param>
/// <param name="End">Of the last column in the song.</param>
/// <param name="Columns">How many frames it shows.</param>
/// <param name="Pixels">uint8 [128, columns], row-major, the highest band in row 0.</param>
internal sealed record SongPicture(TimeSpan Start, TimeSpan End, int Columns, byte[] Pixels)
{
    /// <summary>Of a part in which there is nothing to hear, and so no window: the colour of silence.</summary>
    private const byte Silence = 255;

    /// <summary>Each window is drawn up to where the next one begins.</summary>
    /// <param name="windows">In time order, at least one.</param>
    public static SongPicture Of(IReadOnlyList<SongSpectrogram> windows)
    {
        var start = windows[0].Start;
        var columns = ColumnAt(windows[^1].Start - start) + SpectrogramFormat.Frames;
        var pixels = new byte[columns * SpectrogramFormat.MelBands];
        Array.Fill(pixels, Silence);
        foreach (var window in windows)
        {
            var left = ColumnAt(window.Start - start);
            for (var row = 0; row < SpectrogramFormat.MelBands; row++)
            {
                // What the next window shows too, it draws over.
                window.Pixels.AsSpan(row * SpectrogramFormat.Frames, SpectrogramFormat.Frames).CopyTo(pixels.AsSpan((row * columns) + left));
            }
        }

        return new SongPicture(start, windows[^1].Start + SongWindows.Duration, columns, pixels);
    }

    public byte[] ToPng() => GrayPng.Encode(Pixels, Columns, SpectrogramFormat.MelBands);

    private static int ColumnAt(TimeSpan time) => (int)Math.Round(time.TotalSeconds * MelSpectrogram.SampleRate / MelSpectrogram.HopLength);
}
