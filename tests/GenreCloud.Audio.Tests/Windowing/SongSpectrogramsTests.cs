using GenreCloud.Audio.Mel;
using GenreCloud.Audio.Windowing;

namespace GenreCloud.Audio.Tests.Windowing;

public class SongSpectrogramsTests
{
    private const int Second = MelSpectrogram.SampleRate;

    [Fact]
    public void A_long_song_has_a_spectrogram_for_each_window()
    {
        var song = new Song(Noise.Of(60 * Second, seed: 1));

        var spectrograms = Compute(song, new SongWindowsOptions { Hop = TimeSpan.FromSeconds(10) });

        spectrograms.Select(spectrogram => Math.Round(spectrogram.Start.TotalSeconds, 2)).ShouldBe([0, 10, 20, 30]);
        spectrograms.ShouldAllBe(spectrogram => Math.Abs((spectrogram.End - spectrogram.Start).TotalSeconds - 29.99) < 0.001);
        spectrograms[2].Pixels.ShouldBe(MelSpectrogram.Compute(song.Samples.Span.Slice(20 * Second, SongWindows.WindowSamples)));
    }

    [Fact]
    public void A_short_song_fills_a_whole_spectrogram_and_ends_where_it_ends()
    {
        var spectrogram = Compute(new Song(Noise.Of(3 * Second, seed: 1))).ShouldHaveSingleItem();

        spectrogram.Pixels.Length.ShouldBe(128 * 1292);
        spectrogram.End.ShouldBe(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void A_song_under_three_seconds_is_refused()
    {
        var exception = Should.Throw<AudioException>(() => Compute(new Song(Noise.Of((3 * Second) - 1, seed: 1))));

        exception.Fault.ShouldBe(AudioFault.TooShort);
        exception.Message.ShouldContain("needs at least 3");
    }

    [Fact]
    public void Silent_windows_are_left_out()
    {
        var samples = new float[90 * Second];
        Noise.Of(5 * Second, seed: 1).CopyTo(samples, 0);

        Compute(new Song(samples)).ShouldHaveSingleItem().Start.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void A_song_of_less_than_one_step_of_16_bits_is_silent()
    {
        var samples = Noise.Of(5 * Second, seed: 1).Select(sample => sample / 40_000).ToArray();

        Should.Throw<AudioException>(() => Compute(new Song(samples))).Fault.ShouldBe(AudioFault.Silent);
    }

    private static IReadOnlyList<SongSpectrogram> Compute(Song song, SongWindowsOptions? options = null)
        => SongSpectrograms.Compute(song, options ?? new SongWindowsOptions(), TestContext.Current.CancellationToken);
}
