using GenreCloud.Datasets.Batches;
using GenreCloud.Modeling.Augmentations;

namespace GenreCloud.Modeling.Tests.Augmentations;

public sealed class BetaDistributionTests
{
    private const int Draws = 40_000;

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.2)]
    [InlineData(0.4)]
    [InlineData(1)]
    public void Mean_variance_and_fourth_moment_are_those_of_the_beta_distribution(double alpha)
    {
        double[] draws = Draw(alpha);

        // Central moments of Beta(a, a): 1/(4(2a+1)) and 3/(16(2a+1)(2a+3)). The standard errors are below 0.0025 and 0.0003.
        draws.ShouldAllBe(share => share >= 0 && share <= 1);
        draws.Average().ShouldBe(0.5, 0.01);
        draws.Average(share => Math.Pow(share - 0.5, 2)).ShouldBe(1 / (4 * (2 * alpha + 1)), 0.004);
        draws.Average(share => Math.Pow(share - 0.5, 4)).ShouldBe(3 / (16 * (2 * alpha + 1) * (2 * alpha + 3)), 0.0015);
    }

    [Fact]
    public void With_alpha_one_it_is_uniform()
    {
        double[] sorted = [.. Draw(1).Order()];

        // Kolmogorov-Smirnov: 1.63/sqrt(n) is passed by one sample in a hundred; the seed is fixed.
        sorted.Select((share, rank) => Math.Abs(share - (rank + 0.5) / Draws)).Max().ShouldBeLessThan(1.63 / Math.Sqrt(Draws));
    }

    private static double[] Draw(double alpha)
    {
        var random = SplitMix64.At(1, 2, 3);
        double[] draws = new double[Draws];
        for (int i = 0; i < Draws; i++)
        {
            draws[i] = BetaDistribution.Draw(ref random, alpha);
        }

        return draws;
    }
}
