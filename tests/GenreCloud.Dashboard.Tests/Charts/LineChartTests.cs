using Bunit;
using GenreCloud.Dashboard.Charts;

namespace GenreCloud.Dashboard.Tests.Charts;

public sealed class LineChartTests : ComponentTest
{
    [Fact]
    public void Ten_thousand_points_are_one_path_of_what_a_screen_can_show()
    {
        ChartSeries[] series = [new("train", [.. Enumerable.Range(0, 10_000).Select(i => new ChartPoint(i, 2 + Math.Sin(i)))])];

        var chart = Render<LineChart>(parameters => parameters.Add(c => c.Title, "Loss").Add(c => c.Series, series));

        chart.FindAll("path.chart-line").ShouldHaveSingleItem().GetAttribute("d")!.Length.ShouldBeLessThan(40_000);
        chart.Find("svg").GetAttribute("aria-label")!.ShouldStartWith("Loss. train: from 2 to ");
    }

    [Fact]
    public void Names_are_text()
    {
        ChartSeries[] series = [new("<b>a</b>", [new(0, 1)]), new("b", [new(0, 2)])];

        var chart = Render<LineChart>(parameters => parameters.Add(c => c.Title, "<i>Loss</i>").Add(c => c.Series, series));

        chart.FindAll("b, i").ShouldBeEmpty();
        chart.Find(".chart-legend li").TextContent.ShouldBe("<b>a</b>");
    }

    [Fact]
    public void No_points_are_a_chart_all_the_same() =>
        Render<LineChart>(parameters => parameters.Add(c => c.Title, "Loss").Add(c => c.Series, [])).FindAll("svg").ShouldHaveSingleItem();
}
