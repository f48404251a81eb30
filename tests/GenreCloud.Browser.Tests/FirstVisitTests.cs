using GenreCloud.Testing;
using Microsoft.Playwright;

namespace GenreCloud.Browser.Tests;

/// <summary>From nothing to a song's genre.</summary>
public sealed class FirstVisitTests(Chromium chromium)
{
    /// <summary>Twelve epochs on a busy core.</summary>
    private const float TrainingMilliseconds = 5 * 60_000;

    /// <summary>Of one song, until the promoted version answers.</summary>
    private const int MostDrops = 30;

    /// <summary>Of the dataset and of the model that the first page makes.</summary>
    private const string Name = "genres-sample";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_clicks_lead_from_the_sample_to_a_model_and_a_dropped_song_gets_a_genre_and_another_one_by_the_model_that_is_promoted_after_it()
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
        await page.ExamineAsync("first-visit");

        // Reloaded in the middle of the run, it goes on where it was.
        await page.ReloadAsync();
        await page.GetByText("of 12, loss").WaitForAsync();
        await page.Locator(".drop[data-ready]").WaitForAsync(new() { Timeout = TrainingMilliseconds });
        await page.DropAsync(song);

        await page.Locator(".bars li").First.WaitForAsync(new() { Timeout = 60_000 });
        (await page.Locator(".bars li").CountAsync()).ShouldBe(10);
        await page.GetByRole(AriaRole.Link, new() { Name = $"{Name} version 1" }).WaitForAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "Runs" }).ClickAsync();
        await page.Locator("td a[href^='/runs/']").ClickAsync();
        await page.Locator(".heat").First.WaitForAsync();
        await page.SaveAsync("first-run");

        // A second run makes a candidate, which answers once it is promoted.
        await page.OpenAsync($"/runs/new?dataset={Name}", "Start a run");
        await page.GetByLabel("Architecture").SelectOptionAsync("linear");
        await page.GetByLabel("Epochs", new() { Exact = true }).FillAsync("2");
        await page.GetByLabel("Find it by a range test").UncheckAsync();
        await page.Locator("#start-run").ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = $"{Name} version 2" }).WaitForAsync(new() { Timeout = 60_000 });
        await page.GetByRole(AriaRole.Link, new() { Name = "Models" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = Name, Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Row).Filter(new() { Has = page.GetByLabel("Compare version 2") }).GetByRole(AriaRole.Button, new() { Name = "Promote" }).ClickAsync();
        await page.Locator("#confirm-change").ClickAsync();
        await page.GetByText($"production of {Name} is version 2 now").WaitForAsync();

        // The service follows an alias within seconds.
        var answered = page.GetByRole(AriaRole.Link, new() { Name = $"{Name} version 2" });
        for (var drops = 0; await answered.CountAsync() == 0; drops++)
        {
            drops.ShouldBeLessThan(MostDrops);
            await page.OpenAsync("/", "Try it");
            await page.DropAsync(song);
            await page.Locator(".bars li").First.WaitForAsync(new() { Timeout = 60_000 });
        }

        await page.Context.CloseAsync();
    }
}
