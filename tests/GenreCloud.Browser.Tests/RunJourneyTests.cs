using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace GenreCloud.Browser.Tests;

/// <summary>A run from its start to its end, in front of a page.</summary>
public sealed partial class RunJourneyTests(Chromium chromium, SampleSystem system)
{
    private const int MostCompared = 5;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_is_started_reloaded_in_its_middle_cancelled_by_another_resumed_and_cancelled()
    {
        var page = await chromium.OpenAsync(system.Address);
        await page.OpenAsync($"/runs/new?dataset={SampleSystem.Dataset}", "Start a run");
        await page.GetByLabel("Architecture").SelectOptionAsync("linear");
        await FillAsync(page, "Epochs", "5000");
        await page.GetByLabel("Find it by a range test").UncheckAsync();
        await FillAsync(page, "Model to register it as", "journey");
        await page.Locator("#start-run").ClickAsync();
        await page.HeadingAsync($"Run of linear on {SampleSystem.Dataset} version 1");
        await page.GetByText(Step()).WaitForAsync();
        await WaitForCurveAsync(page);

        await page.ReloadAsync();

        await page.HeadingAsync($"Run of linear on {SampleSystem.Dataset} version 1");
        await page.WaitForInteractiveAsync();
        await page.GetByText(Step()).WaitForAsync();
        await WaitForCurveAsync(page);
        await page.ExamineAsync("run-live");
        using var client = new HttpClient { BaseAddress = system.Address };
        var id = page.Url.Split('/')[^1];
        using var cancelled = await client.DeleteAsync(new Uri($"/api/runs/{id}", UriKind.Relative), CancellationToken);
        cancelled.EnsureSuccessStatusCode();
        await page.Locator(".state", new() { HasText = "cancelled" }).WaitForAsync();

        await page.Locator("#resume-run").ClickAsync();
        await page.Locator("#cancel-run").WaitForAsync();
        await page.Locator("#cancel-run").ClickAsync();
        await page.Locator("#resume-run").WaitForAsync();
        (await client.GetFromJsonAsync<JsonElement>(new Uri($"/api/runs/{id}", UriKind.Relative), CancellationToken)).GetProperty("status").GetString().ShouldBe("cancelled");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Five_runs_are_chosen_and_compared_and_a_sixth_cannot_be_chosen()
    {
        var page = await chromium.OpenAsync(system.Address);
        await page.OpenAsync("/runs", "Runs");
        var runs = page.Locator(".plain-table tbody input[type=checkbox]");
        var compare = page.Locator("#compare-runs");
        await Assertions.Expect(compare).ToBeDisabledAsync();

        for (var run = 0; run < MostCompared; run++)
        {
            await runs.Nth(run).CheckAsync();
        }

        await Assertions.Expect(runs.Nth(MostCompared)).ToBeDisabledAsync();
        await compare.ClickAsync();

        await page.HeadingAsync("Compare runs");
        await Assertions.Expect(page.Locator(".plain-table thead a")).ToHaveCountAsync(MostCompared);
        await Assertions.Expect(page.Locator(".chart").First.Locator(".chart-legend li")).ToHaveCountAsync(MostCompared);
        (await page.GetByRole(AriaRole.Row, new() { NameRegex = TopOne() }).GetByRole(AriaRole.Cell).AllInnerTextsAsync()).ShouldContain(text => text.EndsWith('%'));
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_cell_of_the_confusion_matrix_opens_its_samples()
    {
        var page = await chromium.OpenAsync(system.Address);
        await page.OpenAsync($"/runs/{system.RunId}", $"Run of crnn on {SampleSystem.Dataset} version 1");
        var cell = page.Locator(".heat button").First;
        var words = await cell.GetAttributeAsync("aria-label");

        await cell.ClickAsync();

        await page.GetByRole(AriaRole.Heading, new() { Name = words! }).WaitForAsync();
        (await page.Locator("ul.sample-list li").CountAsync()).ShouldBe(int.Parse(words!.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture));
        var picture = page.Locator("ul.sample-list img").First;
        await picture.ScrollIntoViewIfNeededAsync();
        while (!await picture.EvaluateAsync<bool>("picture => picture.complete && picture.naturalWidth > 0"))
        {
            await Task.Delay(PollInterval, CancellationToken);
        }

        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_node_of_the_graph_shows_its_weights()
    {
        var page = await chromium.OpenAsync(system.Address);
        await page.OpenAsync($"/models/{SampleSystem.Dataset}/versions/1?view=graph", $"{SampleSystem.Dataset} version 1");

        await page.Locator(".graph-node", new() { HasText = "Conv" }).First.ClickAsync();

        await page.Locator(".graph-detail").GetByText("3 x 3").First.WaitForAsync();
        await page.Locator(".graph-detail").GetByText("float32 64 x 1 x 3 x 3").WaitForAsync();
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_run_that_is_not_there_says_so_and_leads_to_those_that_are()
    {
        var page = await chromium.OpenAsync(system.Address);
        await page.OpenAsync($"/runs/{Guid.NewGuid():n}", "Run");

        await page.GetByText("Unknown run").WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "See which runs there are" }).ClickAsync();

        await page.HeadingAsync("Runs");
        await page.Context.CloseAsync();
    }

    private static async Task FillAsync(IPage page, string label, string text)
    {
        var field = page.GetByLabel(label, new() { Exact = true });
        await field.FillAsync(text);
        await field.BlurAsync();
    }

    /// <summary>The training loss has points that a line joins.</summary>
    private static Task WaitForCurveAsync(IPage page) =>
        page.Locator(".charts .chart-line[d*=L]").First.WaitForAsync(new() { State = WaitForSelectorState.Attached });

    [GeneratedRegex("^top-1 ")]
    private static partial Regex TopOne();

    [GeneratedRegex(@"step \d+ of \d+")]
    private static partial Regex Step();
}
