using System.Globalization;
using GenreCloud.Browser.Tests.Axe;
using Microsoft.Playwright;

namespace GenreCloud.Browser.Tests;

/// <summary>What holds for every page.</summary>
public sealed class PagesTests(Chromium chromium, SampleSystem system)
{
    public static TheoryData<string> Names => new(PageCatalogue.All.Select(page => page.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task It_can_be_used_by_everyone_in_light_and_dark_and_asks_no_other_address(string name)
    {
        foreach (var scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
        {
            var (page, faults) = await OpenAsync(name, new() { ColorScheme = scheme, ViewportSize = new() { Width = 1280, Height = 800 } });

            await page.SaveAsync($"{name}-{scheme.ToString().ToLowerInvariant()}");

            (await AxeCore.FindAsync(page)).ShouldBeEmpty($"{name} in {scheme}");
            faults.ShouldBeEmpty();
            await page.Context.CloseAsync();
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task It_fits_a_phone_and_a_wall(string name)
    {
        foreach (var (width, height) in ((int, int)[])[(360, 740), (3840, 2160)])
        {
            var (page, faults) = await OpenAsync(name, new() { ViewportSize = new() { Width = width, Height = height } });

            var content = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
            content.ShouldBeLessThanOrEqualTo(width, "nothing is cut off or makes the page scroll sideways");
            faults.ShouldBeEmpty();
            await page.SaveAsync(string.Create(CultureInfo.InvariantCulture, $"{name}-{width}"), fullPage: false);
            await page.Context.CloseAsync();
        }
    }

    /// <summary>Opens a page, and waits until its circuit works and it shows what it has.</summary>
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
        await page.GotoAsync(described.Path(system));
        await page.GetByRole(AriaRole.Heading, new() { Name = described.Title, Level = 1 }).WaitForAsync();
        if (described.Ready is { } ready)
        {
            await page.Locator(ready).First.WaitForAsync();
        }

        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        return (page, faults);
    }
}
