using GenreCloud.Audio.Mel;
using GenreCloud.Dashboard.Spectrograms;

namespace GenreCloud.Dashboard.Tests.Spectrograms;

public sealed class MelScaleTests
{
    [Fact]
    public void The_axis_is_the_one_of_the_spectrograms()
    {
        MelScale.Height(0).ShouldBe(0);
        MelScale.Height(MelScale.HighestHertz).ShouldBe(1);
        MelScale.HighestHertz.ShouldBe(MelSpectrogram.SampleRate / 2.0);

        // librosa.hz_to_mel (Slaney): 1 kHz is 15 mels, 11,025 Hz are 49.91.
        MelScale.Height(1000).ShouldBe(15 / 49.911, tolerance: 1e-4);
        MelScale.Height(500).ShouldBe(7.5 / 49.911, tolerance: 1e-4);
    }

    [Theory]
    [InlineData(0, 29.99, "0 s,5 s,10 s,15 s,20 s,25 s")]
    [InlineData(0, 200, "0 s,30 s,1:00,1:30,2:00,2:30,3:00")]
    [InlineData(15, 45, "15 s,20 s,25 s,30 s,35 s,40 s,45 s")]
    public void Moments_are_round(double start, double end, string labels) =>
        string.Join(',', TimeAxis.Ticks(start, end).Select(TimeAxis.Label)).ShouldBe(labels);
}
