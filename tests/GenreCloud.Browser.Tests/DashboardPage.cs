using Microsoft.Playwright;

namespace GenreCloud.Browser.Tests;

/// <summary>What journeys do on pages.</summary>
internal static class DashboardPage
{
    private const int MostAsked = 1200;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>Opens a page, and waits until its circuit works: until then clicks would be lost.</summary>
    public static async Task OpenAsync(this IPage page, string path, string heading)
    {
        await page.GotoAsync(path);
        await page.HeadingAsync(heading);
        await page.WaitForInteractiveAsync();
    }

    public static Task HeadingAsync(this IPage page, string heading) => page.GetByRole(AriaRole.Heading, new() { Name = heading, Level = 1 }).WaitForAsync();

    /// <summary>A function to wait for would have to be compiled in the page, which its content security policy forbids.</summary>
    public static Task WaitForInteractiveAsync(this IPage page) =>
        page.Locator("html[data-circuit=ready]").WaitForAsync(new() { State = WaitForSelectorState.Attached });

    /// <summary>Waits until an expression is true. Playwright's own waiting for one is kept out by the page's policy (no eval).</summary>
    public static async Task UntilAsync(this IPage page, string isSo)
    {
        for (var asked = 0; !await page.EvaluateAsync<bool>(isSo); asked++)
        {
            asked.ShouldBeLessThan(MostAsked, isSo);
            await Task.Delay(PollInterval, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Drops a file on the first page.</summary>
    public static async Task DropAsync(this IPage page, string file)
    {
        await page.Locator(".drop[data-ready]").WaitForAsync();
        await page.Locator(".drop input[type=file]").SetInputFilesAsync(file);
    }
}
