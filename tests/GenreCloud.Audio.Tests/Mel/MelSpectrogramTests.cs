using GenreCloud.Audio.Mel;

namespace GenreCloud.Audio.Tests.Mel;

public class MelSpectrogramTests
{
    public static TheoryData<string> ReflectPadded =>
        ["mostly_silence_22050", "music_22050", "music_22050_29.99s", "music_44100_stereo.kaiser_best", "noise_22050", "sweep_22050"];

    [Theory]
    [MemberData(nameof(ReflectPadded))]
    public async Task Power_is_that_of_librosa_within_1e_4(string name)
    {
        var expected = NumpyArray.Read<float>(Golden.Path($"{name}.mel.npy"));

        var power = Golden.Power(await Golden.SamplesAsync(name));

        power.Length.ShouldBe(expected.Length);
        for (var i = 0; i < power.Length; i++)
        {
            Math.Abs(power[i] - expected[i]).ShouldBeLessThanOrEqualTo(1e-4f * expected[i], $"value {i} is {power[i]:g7} and should be {expected[i]:g7}");
        }
    }

    [Fact]
    public void Power_of_what_another_resampler_made_is_that_of_librosa_too()
    {
        var expected = NumpyArray.Read<float>(Golden.Path("music_44100_stereo.soxr_hq.mel.npy"));

        var power = Golden.Power(NumpyArray.Read<float>(Golden.Path("music_44100_stereo.soxr_hq.y.npy")));

        power.Length.ShouldBe(expected.Length);
        for (var i = 0; i < power.Length; i++)
        {
            Math.Abs(power[i] - expected[i]).ShouldBeLessThanOrEqualTo(1e-4f * expected[i], $"value {i} is {power[i]:g7} and should be {expected[i]:g7}");
        }
    }

    [Theory]
    [MemberData(nameof(ReflectPadded))]
    public async Task Picture_is_that_of_librosa_within_one_gray_level(string name)
    {
        var difference = Picture.Compare(MelSpectrogram.Compute(await Golden.SamplesAsync(name)), Golden.Path($"{name}.png"));

        difference.Worst.ShouldBeLessThanOrEqualTo(1);
    }

    [Fact]
    public async Task Ends_are_reflected_and_not_padded_with_zeros()
    {
        var power = Golden.Power(await Golden.SamplesAsync("music_22050"));
        var zeroPadded = NumpyArray.Read<float>(Golden.Path("music_22050.pad_constant.mel.npy"));

        var frames = power.Length / MelSpectrogram.Bands;
        var differing = Enumerable.Range(0, power.Length).Where(i => Math.Abs(power[i] - zeroPadded[i]) > 1e-4f * zeroPadded[i]).Select(i => i % frames);

        differing.Distinct().Order().ShouldBe([0, 1, frames - 2, frames - 1]);
    }

    [Theory]
    [InlineData(1025, 3)]
    [InlineData(2048, 5)]
    [InlineData(661_279, 1292)]
    [InlineData(661_500, 1292)]
    public void Picture_has_a_column_every_512_samples(int samples, int frames)
    {
        var noise = Noise.Of(samples, seed: 5);

        MelSpectrogram.FrameCount(samples).ShouldBe(frames);
        var pixels = MelSpectrogram.Compute(noise);
        pixels.Length.ShouldBe(128 * frames);
        pixels.Min().ShouldBe((byte)0, "the loudest pixel is black");
        pixels.Max().ShouldBe((byte)255, "the quietest pixel is white");
    }

    [Fact]
    public void Low_sounds_are_at_the_bottom()
    {
        const double hz = 100;
        var tone = Enumerable.Range(0, 22_050).Select(n => (float)Math.Sin(2 * Math.PI * hz * n / 22_050)).ToArray();

        var pixels = MelSpectrogram.Compute(tone);

        var frames = MelSpectrogram.FrameCount(tone.Length);
        var loudestRow = Enumerable.Range(0, MelSpectrogram.Bands).MinBy(row => pixels[(row * frames) + (frames / 2)]);
        loudestRow.ShouldBeGreaterThan(120);
    }

    [Fact]
    public void Silence_has_no_picture()
    {
        Should.Throw<AudioException>(() => MelSpectrogram.Compute(new float[22_050])).Fault.ShouldBe(AudioFault.Silent);
    }

    [Fact]
    public void Too_few_samples_to_reflect_are_refused()
    {
        Should.Throw<ArgumentException>(() => MelSpectrogram.Compute(new float[1024]));
    }
}
