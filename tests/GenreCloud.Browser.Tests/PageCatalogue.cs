using Microsoft.Playwright;

namespace GenreCloud.Browser.Tests;

/// <summary>
/// Every page of the dashboard, as <see cref="SampleSystem"/> has it, and what opens on them: each is checked by axe and pictured, in light and dark. A new page is
/// one more line here. What only a system of its own shows is checked where that is: the first visit, the answer for a song, a run under way.
/// </summary>
internal static class PageCatalogue
{
    private const string First = $"/datasets/{SampleSystem.Dataset}/1";
    private const string Second = $"/datasets/{SampleSystem.Changed}/2";
    private const string Version = $"/models/{SampleSystem.Dataset}/versions/1";

    /// <summary>The pages.</summary>
    public static IReadOnlyList<CataloguePage> All { get; } =
    [
        new("try", _ => "/", "Try it", ".drop"),
        new("try-sample", _ => "/", "Try it", ".drop", TryASampleAsync),
        new("imports", _ => "/imports", "Imports", ".state-completed"),
        new("import-form", _ => "/imports", "Imports", ".state-completed", OpenTheFormAsync),
        new("import", system => $"/imports/{system.ImportId}", $"Import of {SampleSystem.Dataset}", ".state-completed"),
        new("datasets", _ => "/datasets", "Datasets", ".plain-table"),
        new("dataset", _ => $"/datasets/{SampleSystem.Changed}", SampleSystem.Changed, ".plain-table"),
        new("dataset-delete", _ => $"/datasets/{SampleSystem.Changed}", SampleSystem.Changed, ".plain-table", page => OpenAsync(page, page.GetByRole(AriaRole.Button, new() { Name = "Delete version 2" }))),
        new("samples", _ => First, $"{SampleSystem.Dataset} version 1", "button.sample-row"),
        new("sample", _ => First, $"{SampleSystem.Dataset} version 1", "button.sample-row", page => OpenAsync(page, page.Locator("button.sample-row").First, "img")),
        new("quarantine", _ => $"{Second}?tab=quarantine", $"{SampleSystem.Changed} version 2", "button.quarantined"),
        new("quarantined", _ => $"{Second}?tab=quarantine", $"{SampleSystem.Changed} version 2", "button.quarantined", page => OpenAsync(page, page.Locator("button.quarantined", new() { HasText = ChangedArchives.LeftOutPicture }), ".hex")),
        new("quarantine-none", _ => $"{First}?tab=quarantine", $"{SampleSystem.Dataset} version 1", ".empty"),
        new("flagged", _ => $"{Second}?tab=flagged", $"{SampleSystem.Changed} version 2", "button.sample-row"),
        new("flagged-none", _ => $"{First}?tab=flagged", $"{SampleSystem.Dataset} version 1", ".empty"),
        new("compare-versions", _ => $"/datasets/{SampleSystem.Changed}/compare", $"Compare versions of {SampleSystem.Changed}", ".sample-row"),
        new("compare-versions-none", _ => $"/datasets/{SampleSystem.Dataset}/compare", $"Compare versions of {SampleSystem.Dataset}", ".empty"),
        new("overview", _ => "/overview", "Overview", ".plain-table"),
        new("runs", _ => "/runs", "Runs", ".plain-table"),
        new("run", system => $"/runs/{system.RunId}", $"Run of crnn on {SampleSystem.Dataset} version 1", ".heat"),
        new("run-range-test", system => $"/runs/{system.SecondRunId}", $"Run of linear on {SampleSystem.Dataset} version 1", "main:has(.heat) svg[aria-label^='Range test'] .chart-line[d*=L]"),
        new("run-new", _ => "/runs/new", "Start a run", "#start-run"),
        new("run-comparison", system => $"/runs/compare?id={system.RunId}&id={system.SecondRunId}", "Compare runs", ".chart"),
        new("sweeps", _ => "/sweeps", "Sweeps", ".plain-table"),
        new("sweep", system => $"/sweeps/{system.SweepId}", "Sweep", "figure.chart"),
        new("models", _ => "/models", "Models", ".plain-table"),
        new("model", _ => $"/models/{SampleSystem.Dataset}", SampleSystem.Dataset, ".history li"),
        new("model-promotion", _ => $"/models/{SampleSystem.Dataset}", SampleSystem.Dataset, ".history li", AskToPromoteAsync),
        new("model-card", _ => Version, $"{SampleSystem.Dataset} version 1", ".facts"),
        new("model-evaluation", _ => $"{Version}?view=evaluation", $"{SampleSystem.Dataset} version 1", ".heat"),
        new("model-graph", _ => $"{Version}?view=graph", $"{SampleSystem.Dataset} version 1", ".graph-node"),
        new("model-monitor", _ => $"{Version}?view=monitor", $"{SampleSystem.Dataset} version 1", ".state, .notice"),
        new("model-comparison", _ => $"/models/{SampleSystem.Dataset}/compare?first=1&second=2", $"Compare versions of {SampleSystem.Dataset}", ".plain-table"),
        new("not-found", _ => "/there-is-no-such-page", "There is no such page"),
        new("sign-in", _ => "/sign-in", "Sign in"),
    ];

    private static async Task TryASampleAsync(IPage page)
    {
        await page.GetByText("Or pick a sample").ClickAsync();
        await page.Locator(".sample").First.ClickAsync();
        await page.Locator(".bars li").First.WaitForAsync();
        await page.Locator(".spectrogram-picture img").WaitForAsync();
    }

    private static async Task OpenTheFormAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Radio, new() { Name = "Address" }).CheckAsync();
        await page.GetByText("More", new() { Exact = true }).ClickAsync();
        await page.GetByLabel("Labels CSV").WaitForAsync();
    }

    private static async Task AskToPromoteAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Promote", Disabled = false }).First.ClickAsync();
        await page.Locator("#change-why").WaitForAsync();
    }

    /// <summary>Opens a dialog, and waits for what it loads.</summary>
    private static async Task OpenAsync(IPage page, ILocator opener, string content = "p")
    {
        await opener.ClickAsync();
        await page.GetByRole(AriaRole.Dialog).Locator(content).First.WaitForAsync();
    }
}

/// <summary>A page.</summary>
/// <param name="Name">Of its picture.</param>
/// <param name="Path">Where it is.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Ready">CSS of something that is there once the page has what it shows; null where the heading is enough.</param>
/// <param name="Open">Opens what is to be seen on the page; null where that is the page as it comes.</param>
internal sealed record CataloguePage(string Name, Func<SampleSystem, string> Path, string Title, string? Ready = null, Func<IPage, Task>? Open = null);
