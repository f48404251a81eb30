using System.Buffers;
using System.Globalization;
using GenreCloud.Audio.Mel;
using GenreCloud.Audio.Resampling;

namespace GenreCloud.Audio.Decoding;

/// <summary>Takes a song in while it is decoded: checks its samples, limits its length, brings it to 22,050 Hz.</summary>
internal sealed class SongRecording
{
    private const int MinSampleRate = 1_000;

    /// <summary>Twice what studios use. Resampling from odd rates takes memory in proportion, 75 MB here.</summary>
    private const int MaxSampleRate = 384_000;

    /// <summary>Full scale is 1. The power of what is louder than this would no longer fit a float32.</summary>
    private const float MaxMagnitude = 1e9f;

    private readonly int _sampleRate;
    private readonly TimeSpan _maxDuration;
    private readonly Resampler? _resampler;
    private readonly ArrayBufferWriter<float> _samples = new();
    private long _count;

    /// <param name="sampleRate">Of the samples that will come, in Hz.</param>
    /// <exception cref="AudioException">The rate is not one of music.</exception>
    public SongRecording(int sampleRate, TimeSpan maxDuration)
    {
        if (sampleRate is < MinSampleRate or > MaxSampleRate)
        {
            throw new AudioException(
                AudioFault.UnsupportedFormat,
                FormattableString.Invariant($"The file's sample rate is {sampleRate:N0} Hz; {MinSampleRate:N0} to {MaxSampleRate:N0} Hz can be read."));
        }

        _sampleRate = sampleRate;
        _maxDuration = maxDuration;
        _resampler = sampleRate == MelSpectrogram.SampleRate ? null : new Resampler(sampleRate, MelSpectrogram.SampleRate);
    }

    /// <summary>Refuses a song whose header already says that it is too long.</summary>
    /// <exception cref="AudioException">It has more samples than the longest song.</exception>
    public void CheckLength(long samples)
    {
        if (samples > _maxDuration.TotalSeconds * _sampleRate)
        {
            throw new AudioException(
                AudioFault.TooLong,
                string.Create(CultureInfo.InvariantCulture, $"The song is longer than {_maxDuration:g}, the longest that is accepted. Send a part of it; 30 seconds are enough."));
        }
    }

    /// <summary>Takes the next samples.</summary>
    /// <param name="samples">Mono, at the rate that was announced.</param>
    /// <exception cref="AudioException">One of them is not a number, or the song has become too long.</exception>
    public void Push(ReadOnlySpan<float> samples)
    {
        CheckLength(_count + samples.Length);
        for (var i = 0; i < samples.Length; i++)
        {
            // Not "> maximum": what is not a number must not pass.
            if (!(MathF.Abs(samples[i]) <= MaxMagnitude))
            {
                throw new AudioException(
                    AudioFault.Damaged,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"The sample at {(double)(_count + i) / _sampleRate:f3} s is {samples[i]}, which is no sound. Export the song again, with samples from -1 to 1."));
            }
        }

        _count += samples.Length;
        if (_resampler is null)
        {
            _samples.Write(samples);
        }
        else
        {
            _resampler.Push(samples, _samples);
        }
    }

    /// <summary>The whole song.</summary>
    /// <exception cref="AudioException">There was not one sample.</exception>
    public Song Complete()
    {
        _resampler?.Complete(_samples);
        return _samples.WrittenCount > 0
            ? new Song(_samples.WrittenMemory)
            : throw new AudioException(AudioFault.Empty, "The file has not one sample of sound. Check that it plays, and send it again.");
    }
}
