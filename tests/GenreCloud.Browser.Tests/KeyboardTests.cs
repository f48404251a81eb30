using Microsoft.Playwright;

namespace GenreCloud.Browser.Tests;

/// <summary>Pages without a mouse. <see cref="ModelJourneyTests"/> promotes by keys.</summary>
public sealed class KeyboardTests(Chromium chromium, SampleSystem system)
{
    /// <summary>Where a browser begins that has not moved the focus yet.</summary>
    private const string ToTheTop = "() => { document.body.tabIndex = -1; document.body.focus(); }";

    /// <summary>In which part of the page the focus is.</summary>
    private const string Part = "() => document.activeElement.matches('.skip-link') ? 'skip link' : document.activeElement.closest('header, nav, main')?.localName ?? 'elsewhere'";

    [Fact]
    public async Task Tab_leads_from_the_skip_link_over_the_navigation_into_the_page_and_the_link_skips_it()
    {
        var page = await chromium.OpenAsync(system.Address);
        await page.OpenAsync("/runs", "Runs");
        await page.Locator(".plain-table").WaitForAsync();
        await page.EvaluateAsync(ToTheTop);

        var parts = new List<string>();
        while (parts.LastOrDefault() != "main" && parts.Count < 30)
        {
            await page.Keyboard.PressAsync("Tab");
            parts.Add(await page.EvaluateAsync<string>(Part));
        }

        parts.Distinct().ShouldBe(["skip link", "header", "nav", "main"]);
        parts.Count(part => part == "nav").ShouldBe(await page.Locator(".nav-link").CountAsync());

        await page.EvaluateAsync(ToTheTop);
        await page.Keyboard.PressAsync("Tab");
        var link = await page.Locator(".skip-link").BoundingBoxAsync();
        link!.X.ShouldBeGreaterThanOrEqualTo(0, "it is seen once it has the focus");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#main")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Tab");
        (await page.EvaluateAsync<string>(Part)).ShouldBe("main");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Escape_closes_a_dialog_and_the_focus_is_where_it_was()
    {
        var page = await chromium.OpenAsync(system.Address);

        await page.OpenAsync($"/datasets/{SampleSystem.Dataset}/1", $"{SampleSystem.Dataset} version 1");
        await OpenAndLeaveAsync(page.Locator("button.sample-row").First);
        await page.OpenAsync($"/datasets/{SampleSystem.Changed}", SampleSystem.Changed);
        await OpenAndLeaveAsync(page.GetByRole(AriaRole.Button, new() { Name = "Delete version 1" }));
        (await page.GetByText("is deleted").CountAsync()).ShouldBe(0);
        await page.Context.CloseAsync();
    }

    private static async Task OpenAndLeaveAsync(ILocator opener)
    {
        var dialog = opener.Page.GetByRole(AriaRole.Dialog);
        await opener.FocusAsync();
        await opener.Page.Keyboard.PressAsync("Enter");
        await dialog.WaitForAsync();
        await opener.Page.UntilAsync("document.querySelector('[role=dialog]').contains(document.activeElement)");

        await opener.Page.Keyboard.PressAsync("Escape");

        await dialog.WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        await Assertions.Expect(opener).ToBeFocusedAsync();
    }
}
