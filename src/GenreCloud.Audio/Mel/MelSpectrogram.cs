using System.Buffers;
using System.Runtime.Intrinsics;

namespace GenreCloud.Audio.Mel;

/// <summary>
/// Mel spectrograms as librosa 0.7.2 and the source project's notebook made them: mono at 22,050 Hz, frames of 2048 samples every 512 under a Hann
/// window, centred with reflect padding, power, 128 Slaney mel bands; then the logarithm, scaled to 8-bit gray over the clip.
/// </summary>
public static class MelSpectrogram
{
    /// <summary>The sample rate of everything here, in Hz.</summary>
    public const int SampleRate = 22_050;

    /// <summary>Samples from one frame to the next.</summary>
    public const int HopLength = 512;

    /// <summary>Rows of a spectrogram.</summary>
    public const int Bands = 128;

    /// <summary>Reflection needs one sample more than it reflects, half a frame.</summary>
    public const int MinSamples = Padding + 1;

    /// <summary>What is added to a power before its logarithm is taken.</summary>
    private const float LogOffset = 1e-9f;

    private const int Padding = PowerSpectrum.Length / 2;

    private static readonly MelFilterBank Filters = new(SampleRate, PowerSpectrum.Length, Bands);

    /// <summary>
    /// Hz, one more than bands: band b, the lowest being 0, lies between limits b and b + 1. Triangles overlap; the limit of two is where they cross, half way
    /// between their peaks.
    /// </summary>
    public static IReadOnlyList<double> BandLimits => Filters.Limits;

    /// <summary>Columns of the spectrogram of so many samples: 661,279 samples, 29.99 s, make 1292.</summary>
    public static int FrameCount(int samples) => 1 + (samples / HopLength);

    /// <summary>The picture of a clip.</summary>
    /// <param name="samples">Mono at 22,050 Hz, at least <see cref="MinSamples"/>, finite.</param>
    /// <returns>uint8 [128, <see cref="FrameCount"/>], row-major, the highest band in row 0, 0 = loudest, 255 = quietest in this clip.</returns>
    /// <exception cref="AudioException">The clip is as loud at all times and in all bands: silence, which has no picture.</exception>
    /// <exception cref="ArgumentException">There are fewer samples than <see cref="MinSamples"/>.</exception>
    public static byte[] Compute(ReadOnlySpan<float> samples)
    {
        var count = Bands * FrameCount(samples.Length);
        var power = ArrayPool<float>.Shared.Rent(count);
        try
        {
            Power(samples, power.AsSpan(0, count));
            return ToPixels(power.AsSpan(0, count));
        }
        finally
        {
            ArrayPool<float>.Shared.Return(power);
        }
    }

    /// <summary>The power in each mel band and frame, before the logarithm.</summary>
    /// <param name="samples">Mono at 22,050 Hz, at least <see cref="MinSamples"/>.</param>
    /// <param name="power">Gets float32 [128, <see cref="FrameCount"/>], row-major, the lowest band in row 0.</param>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    internal static void Power(ReadOnlySpan<float> samples, Span<float> power)
    {
        if (samples.Length < MinSamples)
        {
            throw new ArgumentException($"A clip needs at least {MinSamples} samples, not {samples.Length}.", nameof(samples));
        }

        var frames = FrameCount(samples.Length);
        if (power.Length != Bands * frames)
        {
            throw new ArgumentException($"{Bands} bands of {frames} frames are {Bands * frames} values, not {power.Length}.", nameof(power));
        }

        var padded = ArrayPool<float>.Shared.Rent(samples.Length + (2 * Padding));
        try
        {
            Reflect(samples, padded);
            var spectrum = new PowerSpectrum();
            Span<int> starts = stackalloc int[PowerSpectrum.Lanes];
            for (var frame = 0; frame < frames; frame += PowerSpectrum.Lanes)
            {
                // The last lanes may be beyond the end: they repeat the last frame.
                for (var lane = 0; lane < PowerSpectrum.Lanes; lane++)
                {
                    starts[lane] = Math.Min(frame + lane, frames - 1) * HopLength;
                }

                AddUp(spectrum.Compute(padded, starts), power[frame..], frames, Math.Min(frames - frame, PowerSpectrum.Lanes));
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(padded);
        }
    }

    /// <summary>Logarithm, min-max scaling to 0..255, truncated; low bands at the bottom; loud is dark.</summary>
    /// <param name="power">float32 [128, frames], the lowest band first.</param>
    /// <returns>uint8 [128, frames], the highest band first.</returns>
    /// <exception cref="AudioException">All values are the same.</exception>
    internal static byte[] ToPixels(ReadOnlySpan<float> power)
    {
        var levels = ArrayPool<float>.Shared.Rent(power.Length);
        try
        {
            var min = float.PositiveInfinity;
            var max = float.NegativeInfinity;
            for (var i = 0; i < power.Length; i++)
            {
                var level = MathF.Log(power[i] + LogOffset);
                levels[i] = level;
                min = MathF.Min(min, level);
                max = MathF.Max(max, level);
            }

            // Not "max == min": levels that are no numbers have no picture either.
            if (!(max > min))
            {
                throw new AudioException(AudioFault.Silent, "The clip is silent: there is nothing to classify. Send one in which music plays.");
            }

            var pixels = new byte[power.Length];
            var frames = power.Length / Bands;
            var range = max - min;
            for (var band = 0; band < Bands; band++)
            {
                var source = levels.AsSpan(band * frames, frames);
                var target = pixels.AsSpan((Bands - 1 - band) * frames, frames);
                for (var frame = 0; frame < frames; frame++)
                {
                    // float32 in this order, as NumPy computes it: truncation shows the last bit.
                    target[frame] = (byte)(255 - (byte)((source[frame] - min) / range * 255f));
                }
            }

            return pixels;
        }
        finally
        {
            ArrayPool<float>.Shared.Return(levels);
        }
    }

    private static void AddUp(ReadOnlySpan<Vector256<double>> spectra, Span<float> power, int frames, int count)
    {
        for (var band = 0; band < Bands; band++)
        {
            var weights = Filters.Weights(band);
            var bins = spectra.Slice(Filters.FirstBin(band), weights.Length);
            var sum = Vector256<double>.Zero;
            for (var i = 0; i < weights.Length; i++)
            {
                sum += bins[i] * weights[i];
            }

            for (var lane = 0; lane < count; lane++)
            {
                power[(band * frames) + lane] = (float)sum[lane];
            }
        }
    }

    /// <summary>Mirrors half a frame at either end, without repeating the outermost sample.</summary>
    private static void Reflect(ReadOnlySpan<float> samples, Span<float> padded)
    {
        samples.CopyTo(padded[Padding..]);
        var end = Padding + samples.Length;
        for (var i = 1; i <= Padding; i++)
        {
            padded[Padding - i] = samples[i];
            padded[end - 1 + i] = samples[samples.Length - 1 - i];
        }
    }
}
