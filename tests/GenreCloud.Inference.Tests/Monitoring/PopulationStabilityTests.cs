using GenreCloud.Inference.Monitoring;

namespace GenreCloud.Inference.Tests.Monitoring;

public sealed class PopulationStabilityTests
{
    [Theory]
    [InlineData(new long[] { 10, 20, 30, 40 }, new long[] { 10, 20, 30, 40 }, 0)]
    [InlineData(new long[] { 10, 20, 30, 40 }, new long[] { 100, 200, 300, 400 }, 0.00009266)]

    // Shares 10.5, 20.5, 30.5 and 40.5 of 102 against 20.5, 20.5, 30.5 and 30.5: 10/102 ln(20.5/10.5) + 10/102 ln(40.5/30.5).
    [InlineData(new long[] { 10, 20, 30, 40 }, new long[] { 20, 20, 30, 30 }, 0.09339460)]

    // 50.5 and 50.5 of 101 against 0.5 and 100.5: 50/101 ln(50.5/0.5) + 50/101 ln(100.5/50.5).
    [InlineData(new long[] { 50, 50 }, new long[] { 0, 100 }, 2.62539847)]
    public void Is_the_sum_over_the_bins_that_one_computes_by_hand(long[] reference, long[] observed, double stability)
    {
        PopulationStability.Of(reference, observed).ShouldBe(stability, 1e-7);
        PopulationStability.Of(observed, reference).ShouldBe(stability, 1e-7);
    }

    /// <summary>Quantiles of chi-squared from a table: 3.841 for 1 degree, 16.919 for 9, 30.144 for 19.</summary>
    [Theory]
    [InlineData(2, 100, 100, 3.841 * 2 / 100)]
    [InlineData(10, 100, 400, 16.919 * 5 / 400)]
    [InlineData(20, 250, 1000, 30.144 * 5 / 1000)]
    public void Chance_is_that_of_chi_squared(int bins, long reference, long observed, double byChance) =>
        PopulationStability.ByChance(bins, reference, observed).ShouldBe(byChance, byChance * 0.03);

    [Fact]
    public void Draws_of_the_same_distribution_stay_below_chance_in_about_95_of_100_cases()
    {
        var random = new Random(5);
        var below = 0;
        const int draws = 1000;
        for (var draw = 0; draw < draws; draw++)
        {
            below += PopulationStability.Of(Draw(300), Draw(500)) <= PopulationStability.ByChance(10, 300, 500) ? 1 : 0;
        }

        below.ShouldBeInRange(930, 975);

        long[] Draw(int samples)
        {
            var counts = new long[10];
            for (var sample = 0; sample < samples; sample++)
            {
                counts[random.Next(10)]++;
            }

            return counts;
        }
    }
}
