using System.Globalization;
using System.Text.RegularExpressions;
using GenreCloud.Dashboard;
using Microsoft.AspNetCore.Components;
using Microsoft.Playwright;

namespace GenreCloud.Browser.Tests;

/// <summary>What holds for every page.</summary>
public sealed partial class PagesTests(Chromium chromium, SampleSystem system)
{
    /// <summary>What search engines call good, of 1: how much of the window moved, and how far.</summary>
    private const double MostShift = 0.1;

    /// <summary>Adds up what jumps while nobody has just pressed a key or a button.</summary>
    private const string WatchShifts =
        """
        window.shifts = [];
        new PerformanceObserver(list => window.shifts.push(...list.getEntries().filter(shift => !shift.hadRecentInput))).observe({ type: 'layout-shift', buffered: true });
        """;

    private const string ReadShifts =
        """
        async () => {
          await new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)));
          return window.shifts.map(shift => `${shift.value.toFixed(4)} ${shift.sources.map(source => `${source.node?.localName}.${source.node?.className}`).join(', ')}`);
        }
        """;

    public static TheoryData<string> Names => new(PageCatalogue.All.Select(page => page.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task It_can_be_used_by_everyone_in_light_and_dark_and_asks_no_other_address(string name)
    {
        var (page, faults) = await OpenAsync(name, new() { ColorScheme = ColorScheme.Dark, ViewportSize = new() { Width = 1280, Height = 800 } });

        await page.ExamineAsync(name);

        faults.ShouldBeEmpty();
        await page.Context.CloseAsync();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task It_fits_a_phone_and_a_wall(string name)
    {
        var (page, faults) = await OpenAsync(name, new() { ViewportSize = new() { Width = 360, Height = 740 } });
        foreach (var (width, height) in ((int, int)[])[(360, 740), (3840, 2160)])
        {
            await page.SetViewportSizeAsync(width, height);
            var content = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
            content.ShouldBeLessThanOrEqualTo(width, "nothing is cut off or makes the page scroll sideways");
            await page.SaveAsync(string.Create(CultureInfo.InvariantCulture, $"{name}-{width}"), fullPage: false);
        }

        faults.ShouldBeEmpty();
        await page.Context.CloseAsync();
    }

    [Fact]
    public void All_pages_are_looked_at()
    {
        // The more of it is fixed, the sooner an address is taken for a page's.
        var pages = typeof(DashboardService).Assembly.GetTypes()
            .SelectMany(type => type.GetCustomAttributes(typeof(RouteAttribute), inherit: false).Cast<RouteAttribute>())
            .Select(route => route.Template)
            .Where(template => template != "/not-found") // Is shown at any address that has no page.
            .OrderBy(template => template.Count(letter => letter == '{'))
            .ToArray();

        var seen = PageCatalogue.All.Select(page => pages.FirstOrDefault(template => IsOf(template, page.Path(system).Split('?')[0])));

        pages.ShouldNotBeEmpty();
        pages.Except(seen).ShouldBeEmpty();

        static bool IsOf(string template, string path) => Regex.IsMatch(path, $"^{Parameter().Replace(template, "[^/]+")}$");
    }

    /// <summary>Opens a page, waits until its circuit works and it shows what it has, and sees to it that nothing has jumped meanwhile.</summary>
    private async Task<(IPage Page, List<string> Faults)> OpenAsync(string name, BrowserNewContextOptions options)
    {
        var described = PageCatalogue.All.Single(page => page.Name == name);
        var page = await chromium.OpenAsync(system.Address, options);
        var faults = new List<string>();
        page.Console += (_, message) =>
        {
            // The page of an address without one is answered with 404, which the browser notes.
            if (message.Type == "error" && !message.Text.Contains("404 (Not Found)", StringComparison.Ordinal))
            {
                faults.Add(message.Text);
            }
        };
        page.PageError += (_, error) => faults.Add(error);
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(system.Address.ToString(), StringComparison.Ordinal) && !request.Url.StartsWith("blob:", StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
            {
                faults.Add($"{request.Url} is asked for");
            }
        };
        await page.AddInitScriptAsync(WatchShifts);
        await page.GotoAsync(described.Path(system));
        await page.HeadingAsync(described.Title);
        if (described.Ready is { } ready)
        {
            await page.Locator(ready).First.WaitForAsync();
        }

        if (described.Open is { } open)
        {
            await page.WaitForInteractiveAsync();
            await open(page);
        }

        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        var shifts = await page.EvaluateAsync<string[]>(ReadShifts);
        shifts.Sum(shift => double.Parse(shift.Split(' ')[0], CultureInfo.InvariantCulture)).ShouldBeLessThan(MostShift, string.Join(Environment.NewLine, shifts));
        return (page, faults);
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
