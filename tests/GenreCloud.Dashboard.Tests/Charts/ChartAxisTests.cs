using GenreCloud.Dashboard.Charts;

namespace GenreCloud.Dashboard.Tests.Charts;

public sealed class ChartAxisTests
{
    [Fact]
    public void A_linear_axis_names_round_values() =>
        ChartAxis.Over([0, 437.2], isLogarithmic: false).Ticks().ShouldBe([0, 100, 200, 300, 400]);

    [Fact]
    public void A_logarithmic_axis_names_powers_of_ten_and_equal_ratios_are_equal_distances()
    {
        var axis = ChartAxis.Over([1e-6, 0, -1, 1], isLogarithmic: true);

        axis.Ticks().Select(ChartAxis.Label).ShouldBe(["1e-6", "1e-5", "1e-4", "0.001", "0.01", "0.1", "1"]);
        axis.Place(1e-3).ShouldBe(0.5, tolerance: 1e-9);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_value_and_none_have_an_axis_too(bool isLogarithmic)
    {
        ChartAxis.Over([3], isLogarithmic).Place(3).ShouldBe(0.5, tolerance: 1e-9);
        var empty = ChartAxis.Over([], isLogarithmic);
        empty.From.ShouldBeLessThan(empty.To);
    }
}
