using GenreCloud.Audio.Mel;

namespace GenreCloud.Audio.Windowing;

/// <summary>Where a song is cut into pieces of the length that the networks are trained with.</summary>
public static class SongWindows
{
    /// <summary>Samples of one window at 22,050 Hz: 29.99 s, as in the source project.</summary>
    public const int WindowSamples = 661_279;

    /// <summary>Of one window.</summary>
    public static TimeSpan Duration { get; } = TimeSpan.FromSeconds((double)WindowSamples / MelSpectrogram.SampleRate);

    /// <summary>Columns of a window's spectrogram.</summary>
    public const int WindowFrames = 1292;

    /// <summary>Samples of the shortest song, 3 s; also of the shortest end that gets a window of its own.</summary>
    public const int MinSamples = 3 * MelSpectrogram.SampleRate;

    /// <summary>
    /// The first sample of each window: one at every hop while there is a whole window left, then one that ends with the song if it adds at least 3 s. So a
    /// preview of 30 s and a little has one window.
    /// </summary>
    /// <param name="songSamples">Of the song; up to one window's there is one, that starts with the song.</param>
    /// <param name="hopSamples">From one start to the next.</param>
    public static IReadOnlyList<int> Starts(int songSamples, int hopSamples)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(hopSamples);
        var starts = new List<int> { 0 };
        var last = songSamples - WindowSamples;
        while (starts[^1] + (long)hopSamples <= last)
        {
            starts.Add(starts[^1] + hopSamples);
        }

        if (last - starts[^1] >= MinSamples)
        {
            starts.Add(last);
        }

        return starts;
    }

    /// <summary>The samples of a window; a song that is shorter is repeated from its start until the window is full.</summary>
    /// <remarks>
    /// Of 120 parts (3 to 20 s) of ten clips, the published genre checkpoint answers the repeated ones nearest to the whole clip: mean total variation 0.18, against
    /// 0.23 when they are mirrored and 0.42 when silence follows; the best label is that of the whole in 69%, 69% and 42%.
    /// </remarks>
    /// <param name="song">At least one sample.</param>
    /// <returns><see cref="WindowSamples"/> samples.</returns>
    public static ReadOnlyMemory<float> Cut(ReadOnlyMemory<float> song, int start)
    {
        if (song.Length - start >= WindowSamples)
        {
            return song.Slice(start, WindowSamples);
        }

        var tiled = new float[WindowSamples];
        for (var filled = 0; filled < tiled.Length; filled += song.Length)
        {
            song.Span[..Math.Min(song.Length, tiled.Length - filled)].CopyTo(tiled.AsSpan(filled));
        }

        return tiled;
    }
}
