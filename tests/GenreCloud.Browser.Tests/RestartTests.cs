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
        var weights = SharedData.RequireWeights("crnn_genre_model.pth");
        using (var client = new HttpClient { BaseAddress = standalone.Address })
        {
            // Two models, without training any.
            foreach (var model in (string[])["first", "second"])
            {
                await using var file = File.OpenRead(weights);
                using var content = new StreamContent(file);
                using var answer = await client.PostAsync(new Uri($"/api/checkpoints?architecture=crnn&model={model}", UriKind.Relative), content, CancellationToken);
                answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync(CancellationToken));
            }
        }

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
}
