using GenreCloud.Audio.Decoding;
using GenreCloud.Audio.Mel;
using GenreCloud.Audio.Windowing;
using GenreCloud.Testing;

namespace GenreCloud.Audio.Tests.Decoding;

public class ClipTests
{
    private readonly AudioDecoder _decoder = new(new AudioDecoderOptions(), TimeProvider.System);

    /// <summary>Differences come from the resampler's rounding: these were summed in float64 where the song has 44,100 Hz, ours as resampy sums.</summary>
    [Theory]
    [InlineData("classical_orchestra_vorbis.ogg", 1292)]
    [InlineData("folk_celtic_48k_vbr.mp3", 1292)]
    [InlineData("house.ogg", 1292)]
    [InlineData("jazz_22050_mono.wav", 1292)]
    [InlineData("metal_death_128k.mp3", 1292)]
    [InlineData("metal_symphonic.opus", 1292)]
    [InlineData("pop_160k.mp3", 1292)]
    [InlineData("rap_96k_preview.mp3", 1292)]
    [InlineData("rnb_aac.m4a", 1292)]
    [InlineData("rock_44k_stereo_24bit_12s.wav", 517)]
    [InlineData("short_7s_sax.ogg", 309)]
    [InlineData("techno_mono.flac", 1292)]
    public async Task Picture_is_the_expected_one_within_one_gray_level(string clip, int frames)
    {
        var song = await DecodeAsync(clip);

        var pixels = MelSpectrogram.Compute(song.Samples.Span[..Math.Min(song.Samples.Length, SongWindows.WindowSamples)]);

        pixels.Length.ShouldBe(128 * frames);
        var difference = Picture.Compare(pixels, SharedData.Require($"clips/expected/{clip}.png"));
        difference.Beyond.ShouldBeLessThanOrEqualTo(0.001, difference.ToString());
        TestContext.Current.TestOutputHelper!.WriteLine(difference.ToString());
    }

    [Fact]
    public async Task A_song_of_thirty_seconds_has_one_spectrogram()
    {
        var song = await DecodeAsync("metal_death_128k.mp3");

        var spectrogram = SongSpectrograms.Compute(song, new SongWindowsOptions(), TestContext.Current.CancellationToken).ShouldHaveSingleItem();

        spectrogram.Start.ShouldBe(TimeSpan.Zero);
        spectrogram.End.TotalSeconds.ShouldBe(29.99, 0.001);
        Picture.Compare(spectrogram.Pixels, SharedData.Require("clips/expected/metal_death_128k.mp3.png")).Worst.ShouldBeLessThanOrEqualTo(1);
    }

    [Fact]
    public async Task Many_songs_are_decoded_at_once()
    {
        var alone = await DecodeAsync("short_7s_sax.ogg");

        var together = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => DecodeAsync("short_7s_sax.ogg")));

        foreach (var song in together)
        {
            song.Samples.Span.SequenceEqual(alone.Samples.Span).ShouldBeTrue();
        }
    }

    [Fact]
    public async Task A_truncated_song_gives_what_is_there()
    {
        var song = await DecodeAsync("bad_truncated.mp3");

        song.Duration.TotalSeconds.ShouldBeInRange(0.1, 0.3);
        Should.Throw<AudioException>(() => SongSpectrograms.Compute(song, new SongWindowsOptions(), TestContext.Current.CancellationToken))
            .Fault.ShouldBe(AudioFault.TooShort);
    }

    [Theory]
    [InlineData("metal_death_128k.mp3")]
    [InlineData("house.ogg")]
    [InlineData("techno_mono.flac")]
    [InlineData("metal_symphonic.opus")]
    [InlineData("rock_44k_stereo_24bit_12s.wav")]
    public async Task Half_a_file_is_half_a_song(string clip)
    {
        var whole = await DecodeAsync(clip);
        var file = await File.ReadAllBytesAsync(SharedData.Require($"clips/{clip}"), TestContext.Current.CancellationToken);

        var half = await _decoder.DecodeAsync(new MemoryStream(file, 0, file.Length / 2), TestContext.Current.CancellationToken);

        (half.Duration / whole.Duration).ShouldBeInRange(0.3, 0.7);
    }

    [Fact]
    public async Task Silence_is_refused_with_its_reason()
    {
        var song = await DecodeAsync("bad_silence_10s.wav");

        var exception = Should.Throw<AudioException>(() => SongSpectrograms.Compute(song, new SongWindowsOptions(), TestContext.Current.CancellationToken));

        exception.Fault.ShouldBe(AudioFault.Silent);
        exception.Message.ShouldContain("silent from beginning to end");
    }

    [Theory]
    [InlineData("bad_empty.wav", AudioFault.Empty, "empty")]
    [InlineData("bad_not_audio.mp3", AudioFault.UnsupportedFormat, "no audio in a known format")]
    [InlineData("expected.json", AudioFault.UnsupportedFormat, "no audio in a known format")]
    [InlineData("expected/house.ogg.png", AudioFault.UnsupportedFormat, "no audio in a known format")]
    public async Task What_is_no_song_is_refused_with_its_reason(string clip, AudioFault fault, string named)
    {
        var exception = await Should.ThrowAsync<AudioException>(() => DecodeAsync(clip));

        exception.Fault.ShouldBe(fault);
        exception.Message.ShouldContain(named);
    }

    private async Task<Song> DecodeAsync(string clip)
    {
        Prerequisite.Ffmpeg();
        await using var file = File.OpenRead(SharedData.Require($"clips/{clip}"));
        return await _decoder.DecodeAsync(file, TestContext.Current.CancellationToken);
    }
}
