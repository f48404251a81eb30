namespace GenreCloud.Browser.Tests;

/// <summary>
/// Every page of the dashboard, as <see cref="SampleSystem"/> has it: each is checked by axe and pictured, in light and dark. A new page is one more line here.
/// </summary>
internal static class PageCatalogue
{
    /// <summary>The pages.</summary>
    public static IReadOnlyList<CataloguePage> All { get; } =
    [
        new("try", _ => "/", "Try it"),
        new("imports", _ => "/imports", "Imports", ".state-completed"),
        new("import", system => $"/imports/{system.ImportId}", $"Import of {SampleSystem.Dataset}", ".state-completed"),
        new("datasets", _ => "/datasets", "Datasets", ".plain-table"),
        new("dataset", _ => $"/datasets/{SampleSystem.Dataset}", SampleSystem.Dataset, ".plain-table"),
        new("samples", _ => $"/datasets/{SampleSystem.Dataset}/1", $"{SampleSystem.Dataset} version 1", "button.sample-row"),
        new("quarantine", _ => $"/datasets/{SampleSystem.Dataset}/1?tab=quarantine", $"{SampleSystem.Dataset} version 1", ".empty"),
        new("flagged", _ => $"/datasets/{SampleSystem.Dataset}/1?tab=flagged", $"{SampleSystem.Dataset} version 1", ".empty"),
        new("compare-versions", _ => $"/datasets/{SampleSystem.Dataset}/compare", $"Compare versions of {SampleSystem.Dataset}", ".empty"),
        new("overview", _ => "/overview", "Overview", ".plain-table"),
        new("runs", _ => "/runs", "Runs", ".plain-table"),
        new("run", system => $"/runs/{system.RunId}", $"Run of crnn on {SampleSystem.Dataset} version 1", ".heat"),
        new("run-range-test", system => $"/runs/{system.SecondRunId}", $"Run of linear on {SampleSystem.Dataset} version 1", ".heat"),
        new("run-new", _ => "/runs/new", "Start a run", "#start-run"),
        new("run-comparison", system => $"/runs/compare?id={system.RunId}&id={system.SecondRunId}", "Compare runs", ".chart"),
        new("sweeps", _ => "/sweeps", "Sweeps", ".plain-table"),
        new("sweep", system => $"/sweeps/{system.SweepId}", "Sweep", "figure.chart"),
        new("models", _ => "/models", "Models", ".plain-table"),
        new("model", _ => $"/models/{SampleSystem.Dataset}", SampleSystem.Dataset, ".history li"),
        new("model-card", _ => $"/models/{SampleSystem.Dataset}/versions/1", $"{SampleSystem.Dataset} version 1", ".facts"),
        new("model-evaluation", _ => $"/models/{SampleSystem.Dataset}/versions/1?view=evaluation", $"{SampleSystem.Dataset} version 1", ".heat"),
        new("model-graph", _ => $"/models/{SampleSystem.Dataset}/versions/1?view=graph", $"{SampleSystem.Dataset} version 1", ".graph-node"),
        new("model-monitor", _ => $"/models/{SampleSystem.Dataset}/versions/1?view=monitor", $"{SampleSystem.Dataset} version 1", ".state, .notice"),
        new("model-comparison", _ => $"/models/{SampleSystem.Dataset}/compare?first=1&second=2", $"Compare versions of {SampleSystem.Dataset}", ".plain-table"),
        new("not-found", _ => "/there-is-no-such-page", "There is no such page"),
        new("sign-in", _ => "/sign-in", "Sign in"),
    ];
}

/// <summary>A page.</summary>
/// <param name="Name">Of its picture.</param>
/// <param name="Path">Where it is.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Ready">CSS of something that is there once the page has what it shows; null where the heading is enough.</param>
internal sealed record CataloguePage(string Name, Func<SampleSystem, string> Path, string Title, string? Ready = null);
