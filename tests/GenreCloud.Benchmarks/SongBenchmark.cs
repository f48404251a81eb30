using System.Buffers;
using BenchmarkDotNet.Attributes;
using GenreCloud.Audio;
using GenreCloud.Audio.Decoding;
using GenreCloud.Audio.Mel;
using GenreCloud.Audio.Resampling;
using GenreCloud.Audio.Wav;
using GenreCloud.Audio.Windowing;

namespace GenreCloud.Benchmarks;

/// <summary>A WAV of 30 s to uint8 [128,1292] on one core, whole and by its stages.</summary>
[MemoryDiagnoser]
public class SongBenchmark
{
    private const int Seconds = 30;

    private readonly AudioDecoder _decoder = new(new AudioDecoderOptions(), TimeProvider.System);
    private readonly ArrayBufferWriter<float> _output = new(Seconds * MelSpectrogram.SampleRate);
    private readonly float[] _power = new float[MelSpectrogram.Bands * SongWindows.WindowFrames];
    private byte[] _wav = [];
    private float[] _mono = [];
    private ReadOnlyMemory<float> _window;

    /// <summary>In Hz; stereo of 16 bits.</summary>
    [Params(44_100, 48_000)]
    public int Rate { get; set; }

    private WavFormat Format => new(Rate, NoiseWav.Channels, sizeof(short), IsFloat: false);

    [GlobalSetup]
    public async Task MakeSongAsync()
    {
        _wav = NoiseWav.Make(Rate, Seconds);
        _mono = new float[Seconds * Rate];
        ToMono();
        _window = SongWindows.Cut((await _decoder.DecodeAsync(new MemoryStream(_wav), CancellationToken.None)).Samples, 0);
        Power();
    }

    [Benchmark]
    public void ToMono() => Format.ToMono(_wav.AsSpan(NoiseWav.HeaderBytes), _mono);

    [Benchmark]
    public void Resample()
    {
        _output.ResetWrittenCount();
        var resampler = new Resampler(Rate, MelSpectrogram.SampleRate);
        resampler.Push(_mono, _output);
        resampler.Complete(_output);
    }

    [Benchmark]
    public void Power() => MelSpectrogram.Power(_window.Span, _power);

    [Benchmark]
    public byte[] ToPixels() => MelSpectrogram.ToPixels(_power);

    [Benchmark(Baseline = true)]
    public async Task<int> WavToSpectrogram()
    {
        Song song = await _decoder.DecodeAsync(new MemoryStream(_wav), CancellationToken.None);
        return SongSpectrograms.Compute(song, new SongWindowsOptions(), CancellationToken.None).Count;
    }
}
