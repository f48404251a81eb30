using Bunit;
using GenreCloud.Client.Models;
using GenreCloud.Dashboard.Models;

namespace GenreCloud.Dashboard.Tests.Models;

public sealed class MonitorViewTests : ComponentTest
{
    [Fact]
    public void Drift_is_named_as_the_API_names_it_with_both_distributions()
    {
        var statistic = new MonitoredStatistic("confidence", StatisticKind.Answer, Stability: 0.31, ByChance: 0.02, Drift.Large, Edges: [0.5], Reference: [0.25, 0.75], Observed: [0.6, 0.4]);
        var day = new MonitoredSpan(Time.GetUtcNow(), 1200, [statistic]);

        var view = Render<MonitorView>(parameters => parameters.Add(v => v.Value, new ModelMonitor("genres", 1, Drift.Large, Advice: null, ReferenceSamples: 400, day, Total: null)));

        view.Find(".state-unhealthy").TextContent.ShouldBe("drift: large");
        view.FindAll("tbody tr").Single().Children.Take(5).Select(cell => cell.TextContent).ShouldBe(["confidence", "answer", "0.310", "0.020", "large"]);
        view.FindAll(".bin-then").Select(bar => bar.GetAttribute("height")).ShouldBe(["9", "27"]);
        view.FindAll(".bin-now").Select(bar => bar.GetAttribute("height")).ShouldBe(["21.6", "14.4"]);
        view.Find("svg").GetAttribute("aria-label").ShouldBe("bin 1: 25 % then, 60 % now, bin 2: 75 % then, 40 % now");
    }

    [Fact]
    public void Where_nothing_can_be_said_it_says_what_to_do()
    {
        var view = Render<MonitorView>(parameters => parameters.Add(v => v.Value, new ModelMonitor("genres", 1, Drift.Unknown, "Measure it first.", ReferenceSamples: null, LastDay: null, Total: null)));

        view.Find(".state").TextContent.ShouldBe("drift: unknown");
        view.Find(".notice").TextContent.ShouldContain("Measure it first.");
        view.FindAll("table").ShouldBeEmpty();
    }
}
