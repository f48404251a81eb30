using GenreCloud.Audio.Mel;
using GenreCloud.Audio.Windowing;

namespace GenreCloud.Audio.Tests.Windowing;

public class SongWindowsTests
{
    private const int Second = MelSpectrogram.SampleRate;
    private const int Window = SongWindows.WindowSamples;

    [Theory]
    [InlineData(3 * Second, new[] { 0 })]
    [InlineData(Window, new[] { 0 })]
    [InlineData(Window + (3 * Second) - 1, new[] { 0 })]
    [InlineData(Window + (3 * Second), new[] { 0, 3 * Second })]
    [InlineData(Window + (15 * Second), new[] { 0, 15 * Second })]
    [InlineData(Window + (18 * Second) - 1, new[] { 0, 15 * Second })]
    [InlineData(Window + (18 * Second), new[] { 0, 15 * Second, 18 * Second })]
    [InlineData(Window + (30 * Second), new[] { 0, 15 * Second, 30 * Second })]
    public void Windows_overlap_and_the_last_ends_with_the_song(int samples, int[] starts)
    {
        SongWindows.Starts(samples, 15 * Second).ShouldBe(starts);
    }

    [Fact]
    public void A_window_has_1292_frames()
    {
        MelSpectrogram.FrameCount(SongWindows.WindowSamples).ShouldBe(SongWindows.WindowFrames);
    }

    [Fact]
    public void Windows_are_cut_where_they_start()
    {
        var song = Noise.Of(Window + (4 * Second), seed: 8);

        SongWindows.Cut(song, 4 * Second).ToArray().ShouldBe(song[(4 * Second)..]);
    }

    [Fact]
    public void A_short_song_is_repeated()
    {
        var song = Noise.Of(4 * Second, seed: 8);

        var window = SongWindows.Cut(song, 0).ToArray();

        window.Length.ShouldBe(Window);
        Enumerable.Range(0, Window).ShouldAllBe(i => window[i] == song[i % song.Length]);
    }
}
