using System.Text.RegularExpressions;
using GenreCloud.Testing;
using Microsoft.Playwright;

namespace GenreCloud.Browser.Tests;

/// <summary>The first page where a model is served.</summary>
public sealed partial class TryTests(Chromium chromium, SampleSystem system)
{
    private const string Song = "clips/metal_death_128k.mp3";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_song_has_its_picture_its_genres_a_timeline_a_player_and_a_reason()
    {
        Prerequisite.Ffmpeg();
        var page = await OpenAsync();

        await page.DropAsync(SharedData.Require(Song));

        await page.Locator(".bars li").First.WaitForAsync();
        var picture = page.Locator(".spectrogram-picture img");
        await picture.WaitForAsync();
        (await picture.EvaluateAsync<int>("async image => { await image.decode(); return image.naturalWidth; }")).ShouldBe(1292);
        (await page.Locator(".spectrogram-hertz span").AllInnerTextsAsync()).ShouldContain("1 kHz");
        (await page.Locator(".timeline-part").CountAsync()).ShouldBe(1);
        (await page.Locator(".number").First.InnerTextAsync()).ShouldMatch(@"^\d+\.\d ?%$");

        // The play position moves over the picture by itself.
        await page.Locator("audio").EvaluateAsync("audio => { audio.currentTime = 15; }");
        await page.UntilAsync("() => { const head = document.querySelector('[data-playhead]'); return !head.hidden && Math.abs(parseFloat(head.style.left) - 50) < 2; }");

        await page.GetByRole(AriaRole.Button, new() { NameRegex = Why() }).ClickAsync();
        await page.Locator(".spectrogram-picture svg rect").First.WaitForAsync(new() { State = WaitForSelectorState.Attached, Timeout = 60_000 });
        (await page.Locator(".spectrogram-picture svg rect").CountAsync()).ShouldBe(8 * 17);
        await page.ExamineAsync("try-song");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_sample_is_picked_and_compared_with_its_label_and_the_question_can_be_copied()
    {
        var page = await OpenAsync();

        await page.GetByText("Or pick a sample").ClickAsync();
        await page.Locator(".sample").First.ClickAsync();
        await page.GetByText("In its dataset it is labelled").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Copy as curl" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Copied" }).WaitForAsync();

        var copied = await page.EvaluateAsync<string>("navigator.clipboard.readText()");
        copied.ShouldStartWith("curl --data-binary @'");
        copied.ShouldContain($"{system.Address.GetLeftPart(UriPartial.Authority)}/api/classify?model={SampleSystem.Dataset}&alias=production&top=10");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_text_file_is_refused_with_what_to_send()
    {
        var page = await OpenAsync();
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "no music at all", CancellationToken);

            await page.DropAsync(file);

            (await page.GetByRole(AriaRole.Alert).InnerTextAsync()).ShouldContain("WAV");
            (await page.Locator(".trial").CountAsync()).ShouldBe(0);
        }
        finally
        {
            File.Delete(file);
            await page.Context.CloseAsync();
        }
    }

    [Fact]
    public async Task A_file_of_two_gigabytes_is_refused_and_the_page_goes_on()
    {
        var page = await OpenAsync();
        var file = Path.GetTempFileName();
        try
        {
            // A hole: it takes no place on the disk.
            await using (var large = File.OpenWrite(file))
            {
                large.SetLength(2L << 30);
            }

            await page.DropAsync(file);
            var alert = page.GetByRole(AriaRole.Alert);
            await alert.WaitForAsync(new() { Timeout = 60_000 });
            (await alert.InnerTextAsync()).ShouldContain("too large");

            await page.GetByText("Or pick a sample").ClickAsync();
            await page.Locator(".sample").First.ClickAsync();
            await page.Locator(".bars li").First.WaitForAsync();
        }
        finally
        {
            File.Delete(file);
            await page.Context.CloseAsync();
        }
    }

    [Fact]
    public async Task A_label_or_a_file_name_with_markup_in_it_is_text()
    {
        var page = await OpenAsync();

        await page.DragAsync("<img src=x onerror=alert(1)>.png", await File.ReadAllBytesAsync(SharedData.Require("clips/expected/metal_death_128k.mp3.png"), CancellationToken));

        await page.Locator(".bars li").First.WaitForAsync();
        (await page.Locator(".trial-picture h2").InnerTextAsync()).ShouldBe("<img src=x onerror=alert(1)>.png");
        (await page.Locator("img[src=x]").CountAsync()).ShouldBe(0);
        await page.Context.CloseAsync();
    }

    private async Task<IPage> OpenAsync()
    {
        var page = await chromium.OpenAsync(system.Address);
        await page.OpenAsync("/", "Try it");
        return page;
    }

    // Playwright takes no options of .NET.
    [GeneratedRegex(@"^Why .+\?$")]
    private static partial Regex Why();
}
