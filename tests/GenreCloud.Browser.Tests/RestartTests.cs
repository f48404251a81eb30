using GenreCloud.Testing;
using Microsoft.Playwright;

namespace GenreCloud.Browser.Tests;

/// <summary>The server is killed and comes back while a page is open.</summary>
public sealed class RestartTests(Chromium chromium)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_open_page_says_that_it_is_cut_off_and_goes_on_by_itself_with_what_was_chosen()
    {
        await using var standalone = new Standalone();
        await standalone.StartAsync(CancellationToken);
        await RegisterAsync(standalone, "first", "second");
        var page = await chromium.OpenAsync(standalone.Address);
        await page.OpenAsync("/", "Try it");
        await page.GetByLabel("Model").SelectOptionAsync("second");
        await page.UntilAsync("sessionStorage.getItem('form-try') !== null");
        await page.EvaluateAsync("window.keptBefore = sessionStorage.getItem('form-try')");
        await page.GetByLabel("Version").SelectOptionAsync("1");
        await page.UntilAsync("sessionStorage.getItem('form-try') !== window.keptBefore");

        await standalone.KillAsync();
        await page.GetByRole(AriaRole.Dialog, new() { Name = "The connection to GenreCloud is broken" }).WaitForAsync();
        await standalone.StartAsync(CancellationToken);

        await page.GetByRole(AriaRole.Dialog).WaitForAsync(new() { State = WaitForSelectorState.Hidden, Timeout = 60_000 });
        await page.HeadingAsync("Try it");
        await page.WaitForInteractiveAsync();
        await page.UntilAsync("() => document.querySelector('#try-model').value === 'second' && document.querySelector('#try-version').value === '1'");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task What_stands_in_a_field_that_was_not_left_is_there_again()
    {
        await using var standalone = new Standalone();
        await standalone.StartAsync(CancellationToken);
        await RegisterAsync(standalone, "first");
        var import = await chromium.OpenAsync(standalone.Address);
        await import.OpenAsync("/imports", "Imports");
        await import.GetByRole(AriaRole.Radio, new() { Name = "Address" }).CheckAsync();
        await TypeAsync(import, "form-import", "#import-url", "https://example.com/half");
        var model = await chromium.OpenAsync(standalone.Address);
        await model.OpenAsync("/models/first", "first");
        await model.GetByRole(AriaRole.Button, new() { Name = "Roll back", Exact = true }).ClickAsync();
        await TypeAsync(model, "form-change-first", "#change-why", "it calls everything jazz");
        var trial = await chromium.OpenAsync(standalone.Address);
        await trial.OpenAsync("/models/first", "first");
        await trial.GetByRole(AriaRole.Button, new() { Name = "Try", Exact = true }).ClickAsync();
        await TypeAsync(trial, "form-change-first", "#change-canary", "0.125");

        await standalone.KillAsync();
        foreach (var page in (IPage[])[import, model, trial])
        {
            await page.GetByRole(AriaRole.Dialog, new() { Name = "The connection to GenreCloud is broken" }).WaitForAsync();
        }

        await standalone.StartAsync(CancellationToken);

        await Assertions.Expect(import.Locator("#import-url")).ToHaveValueAsync("https://example.com/half", new() { Timeout = 60_000 });
        await Assertions.Expect(model.GetByRole(AriaRole.Heading, new() { Name = "Roll back to the version before" })).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Assertions.Expect(model.Locator("#change-why")).ToHaveValueAsync("it calls everything jazz");
        await Assertions.Expect(trial.Locator("#change-canary")).ToHaveValueAsync("0.125", new() { Timeout = 60_000 });
        await import.Context.CloseAsync();
        await model.Context.CloseAsync();
        await trial.Context.CloseAsync();
    }

    /// <summary>Types as one does who has not left the field yet, and waits until the window remembers it.</summary>
    /// <param name="memory">The name of the form in the window.</param>
    private static async Task TypeAsync(IPage page, string memory, string field, string text)
    {
        await page.UntilAsync($"sessionStorage.getItem('{memory}') !== null");
        await page.EvaluateAsync($"window.keptBefore = sessionStorage.getItem('{memory}')");
        await page.Locator(field).FillAsync(text);
        await page.UntilAsync($"sessionStorage.getItem('{memory}') !== window.keptBefore");
    }

    /// <summary>Models without training any.</summary>
    private static async Task RegisterAsync(Standalone standalone, params string[] models)
    {
        var weights = SharedData.RequireWeights("crnn_genre_model.pth");
        using var client = new HttpClient { BaseAddress = standalone.Address };
        foreach (var model in models)
        {
            await using var file = File.OpenRead(weights);
            using var content = new StreamContent(file);
            using var answer = await client.PostAsync(new Uri($"/api/checkpoints?architecture=crnn&model={model}", UriKind.Relative), content, CancellationToken);
            answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync(CancellationToken));
        }
    }
}
