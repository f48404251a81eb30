using Bunit;
using GenreCloud.Dashboard.Charts;

namespace GenreCloud.Dashboard.Tests.Charts;

public sealed class HeatMapTests : ComponentTest
{
    private static readonly string[] Labels = ["rock", "<b>metal</b>"];

    [Fact]
    public void A_cell_tells_where_it_is_when_it_is_clicked()
    {
        HeatMapCell? clicked = null;
        var map = Render<HeatMap>(parameters => parameters
            .Add(m => m.Title, "Confusion")
            .Add(m => m.Rows, Labels)
            .Add(m => m.Columns, Labels)
            .Add(m => m.Values, [[3, 1], [0, 4]])
            .Add(m => m.OnCell, cell => clicked = cell));

        map.FindAll("tbody button").Select(button => button.TextContent).ShouldBe(["3", "1", "4"]);
        map.FindAll("tbody button")[1].Click();

        clicked.ShouldBe(new HeatMapCell(0, 1));
        map.FindAll("b").ShouldBeEmpty();
    }

    [Fact]
    public void It_is_a_table_without_buttons_where_nothing_lies_behind_a_cell()
    {
        var map = Render<HeatMap>(parameters => parameters.Add(m => m.Title, "Agreement").Add(m => m.Rows, Labels).Add(m => m.Columns, Labels).Add(m => m.Values, [[0, 0], [0, 0]]));

        map.FindAll("button").ShouldBeEmpty();
        map.FindAll("td > span").Count.ShouldBe(4);
    }
}
