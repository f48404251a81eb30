using System.Numerics;
using GenreCloud.Audio.Mel;

namespace GenreCloud.Audio.Tests.Mel;

public class PowerSpectrumTests
{
    [Fact]
    public void Every_lane_is_the_power_of_the_Fourier_transform_of_its_frame()
    {
        var samples = Noise.Of(8192, seed: 3);
        var hann = NumpyArray.Read<double>(Golden.Path("hann_2048.npy"));
        int[] starts = [0, 511, 4096, 6144];

        var power = new PowerSpectrum().Compute(samples, starts);

        power.Length.ShouldBe(1025);
        foreach (var bin in (int[])[0, 1, 2, 3, 7, 255, 256, 511, 512, 513, 768, 1021, 1022, 1023, 1024])
        {
            for (var lane = 0; lane < starts.Length; lane++)
            {
                var sum = Complex.Zero;
                for (var n = 0; n < 2048; n++)
                {
                    sum += hann[n] * samples[starts[lane] + n] * Complex.FromPolarCoordinates(1, -2 * Math.PI * bin * n / 2048);
                }

                var expected = (sum.Real * sum.Real) + (sum.Imaginary * sum.Imaginary);
                power[bin][lane].ShouldBe(expected, 1e-9 * (expected + 1), $"bin {bin}, lane {lane}");
            }
        }
    }
}
