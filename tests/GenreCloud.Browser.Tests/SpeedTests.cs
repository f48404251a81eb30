using System.Diagnostics;
using System.Globalization;
using GenreCloud.Dashboard.Charts;
using GenreCloud.Standalone;
using GenreCloud.Testing;
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
    private const int Frames = 60;
    private const int Samples = 100_000;
    private const int WheelTurns = 60;
    private const int WheelPixels = 400;

    /// <summary>Far jumps, as with the scroll bar.</summary>
    private static readonly int[] Places = [50_000, 99_990, 12_345, 77_777, 3];

    private static readonly string Report = Path.Combine(RepositoryRoot.Path, "artifacts", "dashboard-speed.md");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_first_look_at_each_page_takes()
    {
        foreach (var described in PageCatalogue.All)
        {
            var paints = new List<double>();
            for (var look = 0; look < 3; look++)
            {
                // A window of its own has an empty cache.
                var page = await chromium.OpenAsync(system.Address);
                await page.GotoAsync(described.Path(system));
                await page.HeadingAsync(described.Title);
                paints.Add(await page.EvaluateAsync<double>("() => performance.getEntriesByName('first-contentful-paint')[0].startTime"));
                await page.Context.CloseAsync();
            }

            await WriteAsync(string.Create(CultureInfo.InvariantCulture, $"first contentful paint of {described.Name}: {paints.Order().ElementAt(1):0} ms (median of 3, empty cache)"));
        }
    }

    [Fact]
    public async Task An_open_page_takes_less_than_five_megabytes_of_the_server()
    {
        var data = Directory.CreateTempSubdirectory("genrecloud-circuits-");
        try
        {
            await using var server = await StandaloneServer.StartAsync(
                new StandaloneOptions { DataDirectory = data.FullName, Urls = "http://127.0.0.1:0" }, LogLevel.Warning, CancellationToken);
            var context = (await chromium.OpenAsync(server.Address)).Context;
            await OpenAsync(context);
            var before = GC.GetTotalMemory(forceFullCollection: true);
            for (var circuit = 0; circuit < Circuits; circuit++)
            {
                await OpenAsync(context);
            }

            var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Circuits;
            await WriteAsync(string.Create(CultureInfo.InvariantCulture, $"a circuit: {each / 1e6:0.00} MB (mean of {Circuits})"));
            each.ShouldBeLessThan(CircuitBytes);
            await context.CloseAsync();
        }
        finally
        {
            data.Delete(recursive: true);
        }

        static async Task OpenAsync(IBrowserContext context)
        {
            var page = await context.NewPageAsync();
            await page.OpenAsync("/overview", "Overview");
        }
    }

    [Fact]
    public async Task What_a_frame_of_a_chart_of_ten_thousand_points_takes()
    {
        var points = Enumerable.Range(0, ChartPoints).Select(i => new ChartPoint(i, 2 + Math.Sin(i / 50.0) + (((i * 7919) % 1000) / 1000.0))).ToArray();
        var (x, y) = (ChartAxis.Over([0, ChartPoints], isLogarithmic: false), ChartAxis.Over([0, 4], isLogarithmic: false));
        var started = Stopwatch.GetTimestamp();
        var paths = Enumerable.Range(0, Frames).Select(frame => LineChart.PathOf([.. points[..(ChartPoints - Frames + frame)]], x, y)).ToArray();
        var made = Stopwatch.GetElapsedTime(started).TotalMilliseconds / Frames;
        var page = await chromium.OpenAsync(system.Address);
        await page.OpenAsync("/overview", "Overview");

        // From the change to the frame that shows it: style, layout and paint lie between two animation frames.
        var drawn = await page.EvaluateAsync<double>(
            """
            async paths => {
              const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
              svg.setAttribute('viewBox', '0 0 720 280');
              const path = svg.appendChild(document.createElementNS('http://www.w3.org/2000/svg', 'path'));
              path.setAttribute('class', 'chart-line series-0');
              document.querySelector('main').prepend(svg);
              let total = 0;
              for (const d of paths) {
                await new Promise(requestAnimationFrame);
                const begin = performance.now();
                path.setAttribute('d', d);
                path.getBBox();
                await new Promise(resolve => { const channel = new MessageChannel(); channel.port1.onmessage = resolve; requestAnimationFrame(() => channel.port2.postMessage(0)); });
                total += performance.now() - begin;
              }
              return total / paths.length;
            }
            """,
            paths);

        await WriteAsync(string.Create(CultureInfo.InvariantCulture, $"a frame of a chart of {ChartPoints:N0} points: {made:0.0} ms on the server, {paths[^1].Length / 1000.0:0} KB, {drawn:0.0} ms in the browser with the wait for the next frame (16.7 ms at 60 Hz)"));
        await page.Context.CloseAsync();
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

        // A frame that is late is one in which the page stands still.
        await page.EvaluateAsync(
            """
            () => {
              window.frames_ = [];
              let last = performance.now();
              requestAnimationFrame(function frame(now) { window.frames_.push(now - last); last = now; requestAnimationFrame(frame); });
            }
            """);
        await page.Locator(".paged").HoverAsync();
        for (var turn = 0; turn < WheelTurns; turn++)
        {
            await page.Mouse.WheelAsync(0, WheelPixels);
        }

        var frames = await page.EvaluateAsync<double[]>("window.frames_");
        var scrolled = await page.EvaluateAsync<double>("document.querySelector('.paged').scrollTop");
        scrolled.ShouldBeGreaterThan(WheelTurns * WheelPixels / 2);
        await WriteAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{Samples:N0} samples: a row {jumps.Max():0} ms after a jump at the longest of {Places.Length}, a frame while scrolling {frames.Order().ElementAt(frames.Length / 2):0} ms at the median and {frames.Max():0} ms at the longest of {frames.Length}"));
        await page.Context.CloseAsync();
    }

    private static async Task WriteAsync(string line)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        await File.AppendAllLinesAsync(Report, [$"- {line}"], CancellationToken);
    }
}
