using Bunit;
using GenreCloud.Client.Models;
using GenreCloud.Dashboard.Models;

namespace GenreCloud.Dashboard.Tests.Models;

public sealed class TrafficViewTests : ComponentTest
{
    private static readonly TrafficRule Rule = new(2, CanaryShare: 0.1, ShadowShare: 0.5);

    [Fact]
    public void Agreement_and_speed_of_both_versions_are_shown()
    {
        var report = new TrafficReport(Time.GetUtcNow(), [new VersionTraffic(1, 90, 95, 10.5, 40), new VersionTraffic(2, 10, 60, null, null)], Compared: 50, Agreement: 0.9, Dropped: 3, Failed: 1);

        var view = Render<TrafficView>(parameters => parameters.Add(v => v.Value, new AliasTraffic(Rule, report)));

        view.Find("p").TextContent.ShouldContain("10.0% of the requests, and 50.0% are copied");
        view.FindAll("dd").Select(fact => fact.TextContent).ShouldBe(["90.0% of 50 spectrograms", "just now", "3, 1"]);
        view.FindAll("tbody tr").Select(row => string.Join(' ', row.Children.Select(cell => cell.TextContent))).ShouldBe(["1 90 95 10.5 40", "2 10 60 - -"]);
    }

    [Fact]
    public void Before_the_first_comparison_nothing_is_made_up()
    {
        var report = new TrafficReport(Time.GetUtcNow(), [], Compared: 0, Agreement: null, Dropped: 0, Failed: 0);

        Render<TrafficView>(parameters => parameters.Add(v => v.Value, new AliasTraffic(Rule, report))).Find("dd").TextContent.ShouldBe("- of 0 spectrograms");
        Render<TrafficView>(parameters => parameters.Add(v => v.Value, new AliasTraffic(Rule, Comparison: null))).Markup.ShouldContain("does not follow the rule yet");
    }
}
