using GenreCloud.Audio.Mel;

namespace GenreCloud.Audio;

/// <summary>A decoded song.</summary>
/// <param name="Samples">Mono at 22,050 Hz, finite, at least one; usually within -1..1.</param>
public sealed record Song(ReadOnlyMemory<float> Samples)
{
    public TimeSpan Duration => TimeSpan.FromSeconds((double)Samples.Length / MelSpectrogram.SampleRate);
}
