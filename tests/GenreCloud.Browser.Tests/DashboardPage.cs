using GenreCloud.Browser.Tests.Axe;
using Microsoft.Playwright;

namespace GenreCloud.Browser.Tests;

/// <summary>What journeys do on pages.</summary>
internal static class DashboardPage
{
    private const int MostAsked = 1200;

    /// <summary>More than any page has places for the focus before what a test looks for.</summary>
    private const int MostTabs = 60;

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

    /// <summary>Drops a picture on the first page as it comes from elsewhere: the browser's own event, with the file in what is dragged.</summary>
    public static async Task DragAsync(this IPage page, string name, byte[] png)
    {
        await page.Locator(".drop[data-ready]").WaitForAsync();
        var dragged = await page.EvaluateHandleAsync(
            """
            ([name, content]) => {
              const dragged = new DataTransfer();
              dragged.items.add(new File([Uint8Array.from(atob(content), letter => letter.charCodeAt(0))], name, { type: 'image/png' }));
              return dragged;
            }
            """,
            new[] { name, Convert.ToBase64String(png) });
        await page.Locator(".drop").DispatchEventAsync("drop", new { dataTransfer = dragged });
    }

    /// <summary>Finds what is serious on a page as it stands, in dark and in light, and pictures it in both; it is left in light.</summary>
    /// <param name="name">Of the picture in light; the other one's ends in <c>-dark</c>.</param>
    public static async Task ExamineAsync(this IPage page, string name)
    {
        foreach (var (scheme, picture) in ((ColorScheme, string)[])[(ColorScheme.Dark, $"{name}-dark"), (ColorScheme.Light, name)])
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await page.SaveAsync(picture);
            (await AxeCore.FindAsync(page)).ShouldBeEmpty(picture);
        }
    }

    /// <summary>Presses Tab until an element has the focus.</summary>
    public static async Task TabToAsync(this IPage page, ILocator element)
    {
        for (var pressed = 0; !await element.HasFocusAsync(); pressed++)
        {
            pressed.ShouldBeLessThan(MostTabs);
            await page.Keyboard.PressAsync("Tab");
        }
    }

    public static Task<bool> HasFocusAsync(this ILocator element) => element.EvaluateAsync<bool>("element => element === document.activeElement");
}
