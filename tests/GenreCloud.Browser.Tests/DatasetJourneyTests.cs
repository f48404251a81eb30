using System.IO.Compression;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;
using Microsoft.Playwright;

namespace GenreCloud.Browser.Tests;

/// <summary>From a file or the sample to its pictures, by hand.</summary>
public sealed class DatasetJourneyTests(Chromium chromium) : IAsyncLifetime
{
    /// <summary>A label that would do something if it were markup.</summary>
    private const string Markup = "<img src=x onerror=alert(1)>";

    private readonly Standalone _standalone = new();

    public async ValueTask InitializeAsync() => await _standalone.StartAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _standalone.DisposeAsync();

    [Fact]
    public async Task The_sample_is_imported_and_its_pictures_are_looked_through()
    {
        var page = await chromium.OpenAsync(_standalone.Address);
        await page.GotoAsync("/imports");
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await page.GetByRole(AriaRole.Button, new() { Name = "Start the import" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Look at genres-sample version 1" }).ClickAsync(new() { Timeout = 120_000 });

        await page.GetByText("120 samples").WaitForAsync();
        (await page.Locator("button.sample-row").CountAsync()).ShouldBeInRange(5, 60, "only what is in sight exists");
        await page.Locator(".paged").EvaluateAsync("element => element.scrollTop = element.scrollHeight");
        await page.Locator("button.sample-row", new() { HasText = "techno" }).First.WaitForAsync();

        await page.GetByLabel("Label", new() { Exact = true }).SelectOptionAsync("jazz");
        await page.GetByText("12 samples").WaitForAsync();
        await page.Locator("button.sample-row").First.ClickAsync();
        var picture = page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Img);
        await picture.WaitForAsync();
        (await picture.EvaluateAsync<int>("image => image.decode().then(() => image.naturalWidth)")).ShouldBe(SpectrogramFormat.Frames);
    }

    [Fact]
    public async Task A_file_is_sent_in_parts_over_a_line_that_breaks_and_what_is_left_out_is_shown()
    {
        var page = await chromium.OpenAsync(_standalone.Address);
        var scripts = 0;
        page.Dialog += (_, dialog) =>
        {
            scripts++;
            _ = dialog.DismissAsync();
        };
        var broken = 0;
        await page.RouteAsync("**/api/uploads/*", route =>
            route.Request.Method == "PATCH" && Interlocked.Increment(ref broken) == 1 ? route.AbortAsync("connectionreset") : route.ContinueAsync());
        await page.GotoAsync("/imports");
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);

        await page.GetByRole(AriaRole.Radio, new() { Name = "File" }).CheckAsync();
        await page.Locator("[data-ready=true] input[type=file]").SetInputFilesAsync(new FilePayload { Name = "My Songs.zip", MimeType = "application/zip", Buffer = Zip() });
        await page.GetByText("My Songs.zip").WaitForAsync();
        (await page.GetByLabel("Dataset", new() { Exact = true }).InputValueAsync()).ShouldBe("my-songs");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start the import" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Look at my-songs version 1" }).ClickAsync(new() { Timeout = 120_000 });

        await page.Locator("button.sample-row", new() { HasText = Markup }).WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Quarantine 1" }).ClickAsync();
        await page.Locator("button.quarantined", new() { HasText = "cut-off.png" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).Locator(".hex", new() { HasText = "89 50 4e 47" }).WaitForAsync();

        broken.ShouldBeGreaterThan(1);
        scripts.ShouldBe(0);
        (await page.Locator("img[src=x]").CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task What_was_typed_is_there_after_a_reload_and_a_version_is_deleted_and_restored()
    {
        var page = await chromium.OpenAsync(_standalone.Address);
        await page.GotoAsync("/imports");
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await page.GetByRole(AriaRole.Radio, new() { Name = "Address" }).CheckAsync();
        foreach (var (field, text) in ((string, string)[])[("Address of the zip", "https://example.org/genres.zip"), ("Dataset", "kept")])
        {
            var before = await KeptAsync(page);
            await page.GetByLabel(field, new() { Exact = true }).FillAsync(text);
            await page.GetByLabel(field, new() { Exact = true }).BlurAsync();
            while (await KeptAsync(page) == before)
            {
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }
        }

        await page.ReloadAsync();
        await Assertions.Expect(page.GetByLabel("Dataset", new() { Exact = true })).ToHaveValueAsync("kept");
        await Assertions.Expect(page.GetByLabel("Address of the zip")).ToHaveValueAsync("https://example.org/genres.zip");

        await page.GetByRole(AriaRole.Radio, new() { Name = "Sample" }).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Start the import" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Look at genres-sample version 1" }).WaitForAsync(new() { Timeout = 120_000 });
        await page.GotoAsync("/datasets/genres-sample");
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete version 1" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete the version" }).ClickAsync();
        await page.GetByText("Version 1 is deleted.").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Restore version 1" }).ClickAsync();
        await page.GetByText("Version 1 is back.").WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "version 1", Exact = true }).WaitForAsync();
    }

    /// <summary>What the window remembers of the form, encrypted.</summary>
    private static Task<string> KeptAsync(IPage page) => page.EvaluateAsync<string>("sessionStorage.getItem('form-import') ?? ''");

    private static byte[] Zip()
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            var pixels = new byte[SpectrogramFormat.Pixels];
            for (var picture = 0; picture < 3; picture++)
            {
                new Random(picture).NextBytes(pixels);
                var png = GrayPng.Encode(pixels, SpectrogramFormat.Frames, SpectrogramFormat.MelBands);
                Add(zip, $"{(picture == 0 ? Markup : "jazz")}/track{picture}.png", png);
            }

            Add(zip, "jazz/cut-off.png", GrayPng.Encode(pixels, SpectrogramFormat.Frames, SpectrogramFormat.MelBands)[..1000]);
        }

        return bytes.ToArray();
    }

    private static void Add(ZipArchive zip, string name, byte[] content)
    {
        using var entry = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
        entry.Write(content);
    }
}
