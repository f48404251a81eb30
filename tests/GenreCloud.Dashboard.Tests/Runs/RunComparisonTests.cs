using Bunit;
using GenreCloud.Dashboard.Runs;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace GenreCloud.Dashboard.Tests.Runs;

public sealed class RunComparisonTests : ComponentTest
{
    [Fact]
    public void Runs_are_told_apart_by_their_place_and_have_a_curve_each()
    {
        var runs = new[] { SampleRuns.Training with { Epochs = [SampleRuns.Epoch(1), SampleRuns.Epoch(2)] }, SampleRuns.Training };

        var curves = new RunComparison(runs, []).ByEpoch(epoch => epoch.ValidationTop1);

        curves.Select(curve => curve.Name).ShouldBe(["1: crnn on genres version 1", "2: crnn on genres version 1"]);
        curves[0].Points.Select(point => (point.X, point.Y)).ShouldBe([(1, 0.35), (2, 0.35)]);
        curves[1].Points.ShouldBeEmpty();
    }

    [Fact]
    public async Task More_than_five_cannot_be_chosen()
    {
        var service = new StubService();
        service.Answer("/api/runs", Enumerable.Range(1, 7).Select(number => SampleRuns.Training with { Id = $"run{number}" }));
        ServiceClient = service.Client;
        var page = Render<RunsPage>();
        await UntilAsync(() => page.FindAll("tbody tr").Count == 7);

        foreach (var run in Enumerable.Range(0, RunComparison.MostRuns))
        {
            await page.InvokeAsync(() => page.FindAll("tbody input")[run].ChangeAsync(true));
        }

        page.FindAll("tbody input").Count(box => box.HasAttribute("disabled")).ShouldBe(2);
        await page.InvokeAsync(() => page.Find("#compare-runs").ClickAsync());
        Services.GetRequiredService<NavigationManager>().Uri.ShouldEndWith("/runs/compare?id=run1&id=run2&id=run3&id=run4&id=run5");
    }

    [Fact]
    public async Task Of_more_in_an_address_the_first_five_are_compared()
    {
        var service = new StubService();
        foreach (var number in Enumerable.Range(1, 6))
        {
            service.Answer($"/api/runs/run{number}", SampleRuns.Training with { Id = $"run{number}", Settings = SampleRuns.Settings with { BatchSize = number } });
            service.Answer($"/api/runs/run{number}/steps", Array.Empty<object>());
        }

        ServiceClient = service.Client;
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/runs/compare?{string.Join('&', Enumerable.Range(1, 6).Select(number => $"id=run{number}"))}");
        var page = Render<ComparePage>();
        await UntilAsync(() => page.FindAll("thead a").Count > 0);

        page.FindAll("thead a").Count.ShouldBe(5);
        page.FindAll("tbody tr").Single(row => row.QuerySelector("th")!.TextContent == "batchSize").QuerySelectorAll("td").Select(cell => cell.TextContent).ShouldBe(["1", "2", "3", "4", "5"]);
    }
}
