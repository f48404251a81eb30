using System.IO.Compression;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;
using Microsoft.Playwright;

namespace GenreCloud.Browser.Tests;

/// <summary>From a file or the sample to its pictures, by hand.</summary>
public sealed partial class DatasetJourneyTests(Chromium chromium) : IAsyncLifetime
{
    /// <summary>A label that would do something if it were markup.</summary>
    private const string Markup = "<img src=x onerror=alert(1)>";

    /// <summary>Of a picture that is no spectrogram, in pixels.</summary>
    private const int NarrowWidth = 200;

    /// <summary>So few that the zip takes longer than what is looked at meanwhile.</summary>
    private const int UploadBytesPerSecond = 40_000;

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
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();

        // By artist and by text, each alone; what nothing matches leads back to all.
        await page.GetByLabel("Label", new() { Exact = true }).SelectOptionAsync("");
        await page.GetByText("120 samples").WaitForAsync();
        using var client = new HttpClient { BaseAddress = _standalone.Address };
        var first = (await client.GetFromJsonAsync<JsonElement>(new Uri("/api/datasets/genres-sample/1/samples?limit=1", UriKind.Relative), TestContext.Current.CancellationToken))[0];
        var artist = first.GetProperty("artists")[0].GetString()!;
        await FilterAsync("Artist", artist);
        await page.GetByText("2 samples", new() { Exact = true }).WaitForAsync();
        (await page.Locator("button.sample-row").AllInnerTextsAsync()).ShouldAllBe(row => row.Contains(artist));
        await FilterAsync("Artist", "");
        await FilterAsync("Text", first.GetProperty("id").GetString()!);
        await page.GetByText("1 sample", new() { Exact = true }).WaitForAsync();
        await FilterAsync("Text", "there is nothing like this");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show all" }).ClickAsync();
        await page.GetByText("120 samples").WaitForAsync();
        await page.Context.CloseAsync();

        async Task FilterAsync(string field, string text)
        {
            await page.GetByLabel(field, new() { Exact = true }).FillAsync(text);
            await page.GetByLabel(field, new() { Exact = true }).BlurAsync();
        }
    }

    [Fact]
    public async Task A_file_is_sent_in_parts_over_a_line_that_breaks_and_what_is_left_out_is_shown()
    {
        var page = await chromium.OpenAsync(_standalone.Address);
        List<string> dialogs = [];
        page.Dialog += (_, dialog) =>
        {
            dialogs.Add(dialog.Type);
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
        await Assertions.Expect(page.GetByLabel("Dataset", new() { Exact = true })).ToHaveValueAsync("my-songs");

        // So slow that how far it is can be read; then as fast as it goes.
        var network = await page.Context.NewCDPSessionAsync(page);
        await network.SendAsync("Network.enable");
        await network.SendAsync("Network.emulateNetworkConditions", Network(UploadBytesPerSecond));
        await page.GetByRole(AriaRole.Button, new() { Name = "Start the import" }).ClickAsync();
        await page.GetByText(Sent()).WaitForAsync();
        (await page.GetByLabel("Sent").EvaluateAsync<double>("progress => progress.value")).ShouldBeInRange(0.001, 0.999);

        // Who is about to leave meanwhile is asked, and stays.
        await Should.ThrowAsync<PlaywrightException>(() => page.GotoAsync("/health"));
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Stop sending" })).ToBeVisibleAsync();
        await network.SendAsync("Network.emulateNetworkConditions", Network(bytesPerSecond: -1));
        await page.GetByRole(AriaRole.Link, new() { Name = "Look at my-songs version 1" }).ClickAsync(new() { Timeout = 120_000 });

        await page.Locator("button.sample-row", new() { HasText = Markup }).WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Quarantine 2" }).ClickAsync();
        await page.Locator("button.quarantined", new() { HasText = "narrow.png" }).ClickAsync();
        var leftOut = page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Img);
        await leftOut.WaitForAsync();
        (await leftOut.EvaluateAsync<int>("image => image.decode().then(() => image.naturalWidth)")).ShouldBe(NarrowWidth);
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await page.Locator("button.quarantined", new() { HasText = "cut-off.png" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).Locator(".hex", new() { HasText = "89 50 4e 47" }).WaitForAsync();

        broken.ShouldBeGreaterThan(1);
        dialogs.ShouldBe(["beforeunload"]);
        (await page.Locator("img[src=x]").CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task An_import_is_watched_while_it_is_under_way()
    {
        await using var host = await SlowHost.StartAsync(Zip(), TestContext.Current.CancellationToken);
        var page = await chromium.OpenAsync(_standalone.Address);
        await page.OpenAsync("/imports", "Imports");
        await page.GetByRole(AriaRole.Radio, new() { Name = "Address" }).CheckAsync();
        await page.GetByLabel("Address of the zip").FillAsync(host.File.ToString());
        await page.GetByLabel("Dataset", new() { Exact = true }).FillAsync("songs");
        await page.GetByLabel("Profile").SelectOptionAsync("folders");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start the import" }).ClickAsync();
        await page.HeadingAsync("Import of songs");

        await page.GetByText(Sent()).WaitForAsync();
        (await page.GetByRole(AriaRole.Progressbar, new() { Name = "Staging" }).EvaluateAsync<double>("progress => progress.value")).ShouldBeInRange(0.001, 0.999);
        await page.ExamineAsync("import-live");
        host.GoOn();

        await page.GetByRole(AriaRole.Link, new() { Name = "Look at songs version 1" }).WaitForAsync(new() { Timeout = 120_000 });
        await page.Context.CloseAsync();
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

    /// <summary>For <c>Network.emulateNetworkConditions</c>.</summary>
    /// <param name="bytesPerSecond">To the server; -1 for as many as it takes.</param>
    private static Dictionary<string, object> Network(int bytesPerSecond) =>
        new() { ["offline"] = false, ["latency"] = 0, ["downloadThroughput"] = -1, ["uploadThroughput"] = bytesPerSecond };

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

            Add(zip, "jazz/narrow.png", GrayPng.Encode(pixels.AsSpan(0, NarrowWidth * SpectrogramFormat.MelBands), NarrowWidth, SpectrogramFormat.MelBands));
            Add(zip, "jazz/cut-off.png", GrayPng.Encode(pixels, SpectrogramFormat.Frames, SpectrogramFormat.MelBands)[..1000]);
        }

        return bytes.ToArray();
    }

    private static void Add(ZipArchive zip, string name, byte[] content)
    {
        using var entry = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
        entry.Write(content);
    }

    [GeneratedRegex(@"^[\d.]+ \w+ of [\d.]+ \w+")]
    private static partial Regex Sent();
}
