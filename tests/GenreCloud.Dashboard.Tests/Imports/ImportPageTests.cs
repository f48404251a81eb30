using System.IO.Compression;
using Bunit;
using GenreCloud.Client;
using GenreCloud.Client.Imports;
using GenreCloud.Dashboard.Imports;
using GenreCloud.DatasetImport;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;
using GenreCloud.ServiceDefaults;
using GenreCloud.Testing;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MudBlazor.Services;

namespace GenreCloud.Dashboard.Tests.Imports;

/// <summary>The page of an import over the import service itself.</summary>
public sealed class ImportPageTests(AzuriteFixture azurite) : BunitContext, IAsyncLifetime
{
    /// <summary>A minute, of a machine that has nothing else to do.</summary>
    private const int MostLooks = 6000;

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    private ServiceHost? _service;

    private static CancellationToken CancellationToken => Xunit.TestContext.Current.CancellationToken;

    private DatasetImportClient Client => new(_service!.Client);

    public async ValueTask InitializeAsync()
    {
        _service = await ServiceHost.StartAsync(
            azurite.NewAccount(),
            builder =>
            {
                builder.AddServiceDefaults();
                builder.AddDatasetImport();
            },
            app =>
            {
                app.MapDefaultEndpoints();
                app.MapDatasetImport();
            });
        Services.AddSingleton(Client);
        Services.AddSingleton<TimeProvider>(_time);
        Services.AddMudServices();
        JSInterop.Mode = JSRuntimeMode.Loose;
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));
    }

    public new async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _service!.DisposeAsync();
    }

    [Fact]
    public async Task An_import_is_followed_to_its_end_with_what_it_left_out()
    {
        var import = await Client.UploadImportAsync(new MemoryStream(Zip()), new ImportRequest("followed", "folders"), CancellationToken);
        var page = Render<ImportPage>(parameters => parameters.Add(shown => shown.Id, import.Id));

        await UntilAsync(page, () => page.FindAll(".page-actions a").Count > 0);

        page.Find(".state").TextContent.ShouldBe("completed");
        page.Find(".page-actions a").GetAttribute("href").ShouldBe("/datasets/followed/1");
        page.Find("[aria-label='Quarantined by reason']").TextContent.ShouldContain("truncated");
        page.FindAll("a").Select(link => link.GetAttribute("href")).ShouldContain("/datasets/followed/1?tab=quarantine");
    }

    [Fact]
    public async Task One_that_failed_says_why_and_can_be_retried()
    {
        var import = await Client.StartImportAsync(
            new ImportRequest("failed", "folders") { Source = new ImportSource { Blob = "sources/nothing.zip" } }, CancellationToken);
        var page = Render<ImportPage>(parameters => parameters.Add(shown => shown.Id, import.Id));

        await UntilAsync(page, () => page.FindAll("[role=alert] .notice-title").Count > 0);

        page.Find(".state").TextContent.ShouldBe("failed");
        page.FindAll("button").ShouldContain(button => button.TextContent.Contains("Retry", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_that_is_not_there_is_said()
    {
        var page = Render<ImportPage>(parameters => parameters.Add(shown => shown.Id, "nothing"));

        await UntilAsync(page, () => page.FindAll(".notice-title").Any(title => title.TextContent == "Unknown import"));
    }

    private static byte[] Zip()
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in ((string, byte[])[])[("jazz/one.png", Picture(1)), ("rock/two.png", Picture(2)), ("jazz/cut-off.png", Picture(3)[..100])])
            {
                using var entry = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
                entry.Write(content);
            }
        }

        return bytes.ToArray();
    }

    private static byte[] Picture(int seed)
    {
        var pixels = new byte[SpectrogramFormat.Pixels];
        new Random(seed).NextBytes(pixels);
        return GrayPng.Encode(pixels, SpectrogramFormat.Frames, SpectrogramFormat.MelBands);
    }

    /// <summary>Lets the page draw until a condition holds.</summary>
    private async Task UntilAsync(IRenderedComponent<ImportPage> page, Func<bool> holds)
    {
        for (var look = 0; !await page.InvokeAsync(holds); look++)
        {
            look.ShouldBeLessThan(MostLooks, page.Markup);
            _time.Advance(TimeSpan.FromMilliseconds(250));
            await Task.Delay(10, CancellationToken);
        }
    }
}
