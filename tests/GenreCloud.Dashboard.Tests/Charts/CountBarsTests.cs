using Bunit;
using GenreCloud.Dashboard.Charts;

namespace GenreCloud.Dashboard.Tests.Charts;

public sealed class CountBarsTests : ComponentTest
{
    [Fact]
    public void Bars_are_as_long_as_their_part_of_the_largest_and_labels_are_text()
    {
        var bars = Render<CountBars>(parameters => parameters
            .Add(chart => chart.Title, "Samples per label")
            .Add(chart => chart.Values, [new CountBar("<img src=x>", 3000, "/datasets/a/1?label=%3Cimg%3E"), new CountBar("jazz", 1000, null)]));

        bars.FindAll("img").ShouldBeEmpty();
        bars.Find("a").TextContent.ShouldBe("<img src=x>");
        bars.FindAll(".bars-fill").Select(bar => bar.GetAttribute("style")).ShouldBe(["display:block;width:100%", "display:block;width:33.33%"]);
        bars.FindAll(".number").Select(number => number.TextContent.Trim()).ShouldBe(["3,000 75.0%", "1,000 25.0%"]);
    }
}
