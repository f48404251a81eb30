using GenreCloud.Dashboard.Charts;

namespace GenreCloud.Dashboard.Tests.Charts;

public sealed class ChartAxisTests
{
    [Theory]
    [InlineData(1, 4, new[] { "1", "2", "3", "4" })]
    [InlineData(0, 437.2, new[] { "0", "100", "200", "300", "400" })]
    [InlineData(-0.5, 0.6, new[] { "-0.4", "-0.2", "0", "0.2", "0.4", "0.6" })]
    [InlineData(0.1, 0.3, new[] { "0.10", "0.15", "0.20", "0.25", "0.30" })]
    [InlineData(0.69311, 0.69315, new[] { "0.69311", "0.69312", "0.69313", "0.69314", "0.69315" })]
    [InlineData(5.58e-5, 5.62e-5, new[] { "5.58e-5", "5.59e-5", "5.60e-5", "5.61e-5", "5.62e-5" })]
    [InlineData(0, 9e-4, new[] { "0", "2e-4", "4e-4", "6e-4", "8e-4" })]
    [InlineData(2e6, 1e7, new[] { "2e6", "4e6", "6e6", "8e6", "1.0e7" })]
    public void A_linear_axis_names_round_values_with_as_many_digits_as_tell_them_apart(double from, double to, string[] texts) =>
        ChartAxis.Over([from, to], isLogarithmic: false).Marks().Select(mark => mark.Text).ShouldBe(texts);

    [Fact]
    public void A_mark_lies_where_its_value_does()
    {
        var marks = ChartAxis.Over([0, 400], isLogarithmic: false).Marks();

        marks.Select(mark => mark.Place).ShouldBe([0, 0.25, 0.5, 0.75, 1], tolerance: 1e-9);
    }

    [Fact]
    public void A_logarithmic_axis_names_powers_of_ten_and_equal_ratios_are_equal_distances()
    {
        var axis = ChartAxis.Over([1e-6, 0, -1, 1], isLogarithmic: true);

        axis.Marks().Select(mark => mark.Text).ShouldBe(["1e-6", "1e-5", "1e-4", "0.001", "0.01", "0.1", "1"]);
        axis.Marks()[3].Place.ShouldBe(0.5, tolerance: 1e-9);
    }

    [Fact]
    public void A_logarithmic_axis_with_hardly_a_power_of_ten_names_round_values_where_they_lie()
    {
        var axis = ChartAxis.Over([2, 8], isLogarithmic: true);

        axis.Marks().Select(mark => mark.Text).ShouldBe(["2", "3", "4", "5", "6", "7", "8"]);
        axis.Marks()[2].Place.ShouldBe(0.5, tolerance: 1e-9);
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
