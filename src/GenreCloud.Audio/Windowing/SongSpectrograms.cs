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
        var samples = song.Samples;
        if (samples.Length < SongWindows.MinSamples)
        {
            throw new AudioException(
                AudioFault.TooShort,
                FormattableString.Invariant($"The song has {song.Duration.TotalSeconds:f2} s, and needs at least 3; 30 are best. If it should be longer, the file is incomplete."));
        }

        var spectrograms = new List<SongSpectrogram>();
        foreach (var start in SongWindows.Starts(samples.Length, (int)(options.Hop.TotalSeconds * MelSpectrogram.SampleRate)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var window = SongWindows.Cut(samples, start).Span;
            if (IsAudible(window))
            {
                var end = Math.Min(start + SongWindows.WindowSamples, samples.Length);
                spectrograms.Add(new SongSpectrogram(Time(start), Time(end), MelSpectrogram.Compute(window)));
            }
        }

        return spectrograms.Count > 0
            ? spectrograms
            : throw new AudioException(AudioFault.Silent, "The song is silent from beginning to end: there is nothing to classify. Send one in which music plays.");
    }

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
