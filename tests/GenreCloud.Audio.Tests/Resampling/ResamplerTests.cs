using System.Buffers;
using GenreCloud.Audio.Resampling;

namespace GenreCloud.Audio.Tests.Resampling;

public class ResamplerTests
{
    [Fact]
    public async Task Samples_are_those_of_resampy_0_2_2()
    {
        var expected = NumpyArray.Read<float>(Golden.Path("music_44100_stereo.kaiser_best.y.npy"));

        var samples = await Golden.SamplesAsync("music_44100_stereo.kaiser_best");

        samples.Length.ShouldBe(expected.Length);
        Difference(samples, expected).ShouldBeLessThanOrEqualTo(6e-8f, "the last bit of a float32 at 0.5 to 1");
    }

    [Theory]
    [InlineData(44_100)]
    [InlineData(48_000)]
    [InlineData(8_000)]
    [InlineData(11_025)]
    [InlineData(16_000)]
    [InlineData(32_000)]
    [InlineData(44_056)]
    [InlineData(96_000)]
    [InlineData(192_000)]
    [InlineData(22_049)]
    [InlineData(1_000)]
    public void Every_rate_is_resampled_as_by_resampy(int rate)
    {
        var samples = Noise.Of(rate / 3, seed: rate);

        // A weight that is computed in another order may round a sum to the next float32.
        Difference(Resample(samples, rate), Resampy.Resample(samples, rate)).ShouldBeLessThan(1e-6f);
    }

    [Theory]
    [InlineData(44_100)]
    [InlineData(48_000)]
    [InlineData(44_056)]
    public void Pieces_of_any_size_give_the_same_song(int rate)
    {
        var samples = Noise.Of(rate, seed: 2);
        var random = new Random(7);
        var resampler = new Resampler(rate, 22_050);
        var output = new ArrayBufferWriter<float>();
        for (var at = 0; at < samples.Length;)
        {
            var count = Math.Min(random.Next(0, 3000), samples.Length - at);
            resampler.Push(samples.AsSpan(at, count), output);
            at += count;
        }

        resampler.Complete(output);

        output.WrittenSpan.ToArray().ShouldBe(Resample(samples, rate));
    }

    [Theory]
    [InlineData(44_100, 0, 0)]
    [InlineData(44_100, 1, 1)]
    [InlineData(44_100, 2, 1)]
    [InlineData(44_100, 1_322_558, 661_279)]
    [InlineData(44_100, 1_322_559, 661_280)]
    [InlineData(48_000, 1_440_000, 661_500)]
    [InlineData(48_000, 3, 2)]
    [InlineData(8_000, 1, 3)]
    public void Length_is_rounded_up(int rate, int samples, int expected)
    {
        Resample(new float[samples], rate).Length.ShouldBe(expected);
    }

    [Fact]
    public void What_rounding_up_adds_is_zero_as_librosa_pads_it()
    {
        Resample([0.5f, 0.5f, 0.5f], 44_100)[1].ShouldBe(0);
    }

    private static float[] Resample(float[] samples, int rate)
    {
        var resampler = new Resampler(rate, 22_050);
        var output = new ArrayBufferWriter<float>();
        resampler.Push(samples, output);
        resampler.Complete(output);
        return output.WrittenSpan.ToArray();
    }

    private static float Difference(float[] ours, float[] theirs)
    {
        ours.Length.ShouldBe(theirs.Length);
        return ours.Zip(theirs, (a, b) => Math.Abs(a - b)).Max();
    }
}
