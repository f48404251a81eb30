using GenreCloud.Audio.Mel;

namespace GenreCloud.Audio.Windowing;

/// <summary>Turns a song into the spectrograms of its windows.</summary>
public static class SongSpectrograms
{
    /// <summary>One step of 16-bit samples: a window that never gets there is silent.</summary>
    private const float AudiblePeak = 1f / 32768;

    /// <summary>The spectrograms of all windows in which there is something to hear, in time order, at least one.</summary>
    /// <param name="song">At least 3 s.</param>
    /// <exception cref="AudioException">The song is too short, or silent throughout.</exception>
    public static IReadOnlyList<SongSpectrogram> Compute(Song song, SongWindowsOptions options, CancellationToken cancellationToken)
    {
        RequireLength(song);
        var samples = song.Samples;
        var spectrograms = new List<SongSpectrogram>();
        foreach (var start in SongWindows.Starts(samples.Length, HopSamples(options)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryCompute(samples, start) is { } spectrogram)
            {
                spectrograms.Add(spectrogram);
            }
        }

        return spectrograms.Count > 0
            ? spectrograms
            : throw new AudioException(AudioFault.Silent, "The song is silent from beginning to end: there is nothing to classify. Send one in which music plays.");
    }

    /// <summary>
    /// The spectrogram of the window in the middle of a song, of all that <see cref="SongWindowsOptions"/> make by themselves: of a preview or a shorter song, of the whole.
    /// </summary>
    /// <param name="song">At least 3 s.</param>
    /// <exception cref="AudioException">The song is too short, or silent in the middle.</exception>
    public static SongSpectrogram ComputeMiddle(Song song)
    {
        RequireLength(song);
        var starts = SongWindows.Starts(song.Samples.Length, HopSamples(new SongWindowsOptions()));
        return TryCompute(song.Samples, starts[(starts.Count - 1) / 2])
            ?? throw new AudioException(AudioFault.Silent, "The song is silent in its middle: there is nothing to learn from. Cut it so that music plays there.");
    }

    private static void RequireLength(Song song)
    {
        if (song.Samples.Length < SongWindows.MinSamples)
        {
            throw new AudioException(
                AudioFault.TooShort,
                FormattableString.Invariant($"The song has {song.Duration.TotalSeconds:f2} s, and needs at least 3; 30 are best. If it should be longer, the file is incomplete."));
        }
    }

    /// <summary>Null where there is nothing to hear.</summary>
    private static SongSpectrogram? TryCompute(ReadOnlyMemory<float> samples, int start)
    {
        var window = SongWindows.Cut(samples, start).Span;
        var end = Math.Min(start + SongWindows.WindowSamples, samples.Length);
        return IsAudible(window) ? new SongSpectrogram(Time(start), Time(end), MelSpectrogram.Compute(window)) : null;
    }

    private static int HopSamples(SongWindowsOptions options) => (int)(options.Hop.TotalSeconds * MelSpectrogram.SampleRate);

    private static bool IsAudible(ReadOnlySpan<float> window)
    {
        foreach (var sample in window)
        {
            if (MathF.Abs(sample) >= AudiblePeak)
            {
                return true;
            }
        }

        return false;
    }

    private static TimeSpan Time(int sample) => TimeSpan.FromSeconds((double)sample / MelSpectrogram.SampleRate);
}
