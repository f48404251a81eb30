using System.Globalization;
using System.Text.Json;
using GenreCloud.Dashboard;
using GenreCloud.ServiceDefaults;
using GenreCloud.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace GenreCloud.Browser.Tests;

/// <summary>
/// What pages take. Times are written to the test's output and to artifacts/dashboard-speed.md, and not judged: they are the machine's. Memory is judged.
/// </summary>
public sealed class SpeedTests(Chromium chromium, SampleSystem system, AzuriteFixture azurite)
{
    private const int Circuits = 10;
    private const long CircuitBytes = 5_000_000;
    private const int ChartPoints = 10_000;
    private const int LeastFrames = 60;
    private const int Looks = 3;
    private const int Samples = 100_000;
    private const int WheelTurns = 60;
    private const int WheelPixels = 400;

    /// <summary>When a page first shows what it is for: the frame after the element is there.</summary>
    private const string WatchMeaning =
        """
        requestAnimationFrame(function look() {
          requestAnimationFrame(document.querySelector(READY) ? () => { window.meant = performance.now(); } : look);
        });
        """;

    /// <summary>A frame that is late is one in which the page stands still.</summary>
    private const string WatchFrames =
        """
        window.watched = [];
        requestAnimationFrame(function frame(now) {
          const last = now;
          requestAnimationFrame(next => { window.watched.push(next - last); frame(next); });
        });
        """;

    /// <summary>Far jumps, as with the scroll bar.</summary>
    private static readonly int[] Places = [50_000, 99_990, 12_345, 77_777, 3];

    private static readonly string Report = Path.Combine(RepositoryRoot.Path, "artifacts", "dashboard-speed.md");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_first_look_at_each_page_takes()
    {
        foreach (var described in PageCatalogue.All.Where(page => page.Open is null))
        {
            var looks = new List<(double Painted, double Meant)>();
            for (var look = 0; look < Looks; look++)
            {
                // A window of its own has an empty cache.
                var page = await chromium.OpenAsync(system.Address);
                await page.AddInitScriptAsync(WatchMeaning.Replace("READY", JsonSerializer.Serialize(described.Ready ?? "h1"), StringComparison.Ordinal));
                await page.GotoAsync(described.Path(system));
                await page.HeadingAsync(described.Title);
                await page.UntilAsync("window.meant > 0");
                var painted = await page.EvaluateAsync<double>("() => performance.getEntriesByName('first-contentful-paint')[0].startTime");
                looks.Add((painted, Math.Max(painted, await page.EvaluateAsync<double>("window.meant"))));
                await page.Context.CloseAsync();
            }

            await WriteAsync(Text($"{described.Name}: first contentful paint {Median(looks.Select(look => look.Painted)):0} ms, first meaningful paint {Median(looks.Select(look => look.Meant)):0} ms (medians of {Looks}, empty cache)"));
        }
    }

    [Fact]
    public async Task An_open_page_takes_less_than_five_megabytes_of_the_server_also_with_charts_of_ten_thousand_points()
    {
        var account = azurite.NewAccount();
        await using var services = new Standalone(("ConnectionStrings__blobs", account.ConnectionString), ("ConnectionStrings__queues", account.ConnectionString));
        await services.StartAsync(CancellationToken);
        var run = await LongRun.MakeAsync(services.Address, account, ChartPoints, CancellationToken);
        await using var dashboard = await StartDashboardAsync(account, services.Address);
        var context = (await chromium.OpenAsync(new Uri(dashboard.Urls.Single()))).Context;

        await MeasureFramesAsync(await context.NewPageAsync(), run);
        foreach (var (name, open) in ((string, Func<IPage, Task>)[])[("the overview", page => page.OpenAsync("/overview", "Overview")), (Text($"a run of {ChartPoints:N0} steps"), page => OpenRunAsync(page, run))])
        {
            await open(await context.NewPageAsync());
            var before = GC.GetTotalMemory(forceFullCollection: true);
            for (var circuit = 0; circuit < Circuits; circuit++)
            {
                await open(await context.NewPageAsync());
            }

            var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Circuits;
            await WriteAsync(Text($"a circuit of {name}: {each / 1e6:0.00} MB (mean of {Circuits})"));
            each.ShouldBeLessThan(CircuitBytes, name);
        }

        await context.CloseAsync();
    }

    [Fact]
    public async Task What_scrolling_through_a_hundred_thousand_samples_takes()
    {
        var account = azurite.NewAccount();
        await ManySamples.WriteAsync(account, "many", Samples, CancellationToken);
        await using var standalone = new Standalone(("ConnectionStrings__blobs", account.ConnectionString), ("ConnectionStrings__queues", account.ConnectionString));
        await standalone.StartAsync(CancellationToken);
        var page = await chromium.OpenAsync(standalone.Address);
        await page.OpenAsync("/datasets/many/1", "many version 1");
        await page.GetByText(ManySamples.Title(0), new() { Exact = true }).WaitForAsync();

        var jumps = new List<double>();
        foreach (var place in Places)
        {
            jumps.Add(await page.EvaluateAsync<double>(
                """
                async ([row, title]) => {
                  const list = document.querySelector('.paged');
                  const height = document.querySelector('.paged-row').getBoundingClientRect().height;
                  const begin = performance.now();
                  list.scrollTop = row * height;
                  while (![...list.querySelectorAll('.sample-name')].some(name => name.textContent === title)) {
                    if (performance.now() - begin > 30000) throw new Error(`${title} does not come`);
                    await new Promise(requestAnimationFrame);
                  }
                  return performance.now() - begin;
                }
                """,
                new object[] { place, ManySamples.Title(place) }));
        }

        await page.EvaluateAsync(WatchFrames);
        await page.Locator(".paged").HoverAsync();
        for (var turn = 0; turn < WheelTurns; turn++)
        {
            await page.Mouse.WheelAsync(0, WheelPixels);
        }

        var frames = await page.EvaluateAsync<double[]>("window.watched");
        var scrolled = await page.EvaluateAsync<double>("document.querySelector('.paged').scrollTop");
        scrolled.ShouldBeGreaterThan(WheelTurns * WheelPixels / 2);
        await WriteAsync(Text(
            $"{Samples:N0} samples: a row {jumps.Max():0} ms after a jump at the longest of {Places.Length}, a frame while scrolling {Median(frames):0} ms at the median and {frames.Max():0} ms at the longest of {frames.Length}"));
        await page.Context.CloseAsync();
    }

    /// <summary>While the steps come in, the page draws its charts anew four times a second.</summary>
    private static async Task MeasureFramesAsync(IPage page, string run)
    {
        await page.AddInitScriptAsync(WatchFrames);
        await page.GotoAsync($"/runs/{run}");
        await page.WaitForInteractiveAsync();
        var before = await page.EvaluateAsync<int>("window.watched.length");
        await WaitForStepsAsync(page);
        await page.UntilAsync(Text($"window.watched.length > {before + LeastFrames}"));
        var frames = (await page.EvaluateAsync<double[]>("window.watched"))[before..];
        await WriteAsync(Text($"a run of {ChartPoints:N0} steps while they come in: a frame {Median(frames):0} ms at the median and {frames.Max():0} ms at the longest of {frames.Length}"));
    }

    private static async Task OpenRunAsync(IPage page, string run)
    {
        await page.GotoAsync($"/runs/{run}");
        await WaitForStepsAsync(page);
    }

    /// <summary>Waits until a run's charts have every step: the last one stands at the end of the axis.</summary>
    private static Task WaitForStepsAsync(IPage page) =>
        page.Locator(".chart").First.Locator("text", new() { HasText = ChartPoints.ToString(CultureInfo.InvariantCulture) }).WaitForAsync();

    /// <summary>The dashboard in this process, whose memory can be asked for; the services are elsewhere.</summary>
    private static async Task<WebApplication> StartDashboardAsync(StorageAccount account, Uri services)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = typeof(DashboardService).Assembly.GetName().Name, ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:blobs"] = account.ConnectionString,
            ["ConnectionStrings:queues"] = account.ConnectionString,
            ["Dashboard:DatasetImportUrl"] = services.ToString(),
            ["Dashboard:TrainingUrl"] = services.ToString(),
            ["Dashboard:InferenceUrl"] = services.ToString(),
        });
        builder.AddServiceDefaults();
        builder.AddDashboard();
        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapDashboard();
        await app.StartAsync(CancellationToken);
        return app;
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static async Task WriteAsync(string line)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        await File.AppendAllLinesAsync(Report, [$"- {line}"], CancellationToken);
    }
}
