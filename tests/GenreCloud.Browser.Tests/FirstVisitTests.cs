using GenreCloud.Browser.Tests.Axe;
using GenreCloud.Testing;
using Microsoft.Playwright;

namespace GenreCloud.Browser.Tests;

/// <summary>From nothing to a song's genre.</summary>
public sealed class FirstVisitTests(Chromium chromium)
{
    /// <summary>Twelve epochs on a busy core.</summary>
    private const float TrainingMilliseconds = 5 * 60_000;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_clicks_lead_from_the_sample_to_a_model_and_a_dropped_song_gets_a_genre_also_over_a_reload()
    {
        Prerequisite.Ffmpeg();
        var song = SharedData.Require("clips/metal_death_128k.mp3");
        await using var standalone = new Standalone();
        await standalone.StartAsync(CancellationToken);
        var page = await chromium.OpenAsync(standalone.Address);
        await page.OpenAsync("/", "Try it");
        await page.GetByText("Welcome to GenreCloud").WaitForAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Import the sample" }).ClickAsync();
        await page.GetByText("version 1 has 120 spectrograms").WaitForAsync(new() { Timeout = 60_000 });
        await page.GetByRole(AriaRole.Button, new() { Name = "Train" }).ClickAsync();
        await page.GetByText("Epoch 1 of 12").WaitForAsync(new() { Timeout = TrainingMilliseconds });
        (await AxeCore.FindAsync(page)).ShouldBeEmpty();
        await page.SaveAsync("first-visit");

        // Reloaded in the middle of the run, it goes on where it was.
        await page.ReloadAsync();
        await page.GetByText("of 12, loss").WaitForAsync();
        await page.Locator(".drop[data-ready]").WaitForAsync(new() { Timeout = TrainingMilliseconds });
        await page.DropAsync(song);

        await page.Locator(".bars li").First.WaitForAsync(new() { Timeout = 60_000 });
        (await page.Locator(".bars li").CountAsync()).ShouldBe(10);
        await page.GetByRole(AriaRole.Link, new() { Name = "genres-sample version 1" }).WaitForAsync();
        await page.Context.CloseAsync();
    }
}
