using System.Net.Http.Json;
using System.Text.Json;
using GenreCloud.Testing;
using Microsoft.Playwright;

namespace GenreCloud.Browser.Tests;

/// <summary>A model with two versions and those who look after it.</summary>
public sealed class ModelJourneyTests(Chromium chromium) : IAsyncLifetime
{
    private const string Model = "genres";

    private readonly Standalone _standalone = new();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var weights = SharedData.RequireWeights("crnn_genre_model.pth");
        await _standalone.StartAsync(CancellationToken);
        using var client = new HttpClient { BaseAddress = _standalone.Address };
        for (var version = 1; version <= 3; version++)
        {
            await using var file = File.OpenRead(weights);
            using var content = new StreamContent(file);
            using var answer = await client.PostAsync(new Uri($"/api/checkpoints?architecture=crnn&model={Model}", UriKind.Relative), content, CancellationToken);
            answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync(CancellationToken));
        }
    }

    public ValueTask DisposeAsync() => _standalone.DisposeAsync();

    [Fact]
    public async Task A_promotion_is_rolled_back_with_a_reason_that_the_history_keeps()
    {
        var page = await OpenAsync();
        await PromoteByKeysAsync(page, version: 2, "sounds better");
        await page.GetByText($"production of {Model} is version 2 now").WaitForAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Roll back", Exact = true }).ClickAsync();
        await page.GetByLabel("Alias").FillAsync("production");
        var why = page.GetByLabel("Reason, for the history");
        await why.FillAsync("it calls <b>everything</b> jazz");
        await why.BlurAsync();
        await page.Locator("#confirm-change").ClickAsync();

        await page.GetByText($"production of {Model} was rolled back").WaitForAsync();
        (await AliasAsync("production")).ShouldBe(1);
        var newest = page.Locator(".history li").First;
        await newest.GetByText("production moved from version 2 to 1").WaitForAsync();
        (await newest.InnerTextAsync()).ShouldContain("it calls <b>everything</b> jazz");
        (await newest.Locator("b").CountAsync()).ShouldBe(0);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Of_two_people_who_promote_at_once_the_second_is_told_and_decides_again()
    {
        var (first, second) = (await OpenAsync(), await OpenAsync());
        await AskToPromoteAsync(second, version: 3, "mine");

        await PromoteAsync(first, version: 2, "also mine");
        await first.GetByText($"production of {Model} is version 2 now").WaitForAsync();
        await second.Locator("#confirm-change").ClickAsync();

        await second.GetByText("Somebody changed the aliases meanwhile").WaitForAsync();
        (await second.Locator(".notice").InnerTextAsync()).ShouldContain("production is version 2");
        (await AliasAsync("production")).ShouldBe(2);
        (await second.GetByLabel("Reason, for the history").InputValueAsync()).ShouldBe("mine");
        await second.Locator("#confirm-change").ClickAsync();
        await second.GetByText($"production of {Model} is version 3 now").WaitForAsync();
        (await AliasAsync("production")).ShouldBe(3);
        await first.Context.CloseAsync();
        await second.Context.CloseAsync();
    }

    [Fact]
    public async Task A_version_that_is_tried_shows_how_it_agrees_and_cannot_be_deleted()
    {
        var page = await OpenAsync();
        await page.GetByRole(AriaRole.Row).Filter(new() { Has = page.GetByLabel("Compare version 2") }).GetByRole(AriaRole.Button, new() { Name = "Try" }).ClickAsync();
        await page.Locator("#confirm-change").ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "production tries version 2" }).WaitForAsync();
        await page.GetByText("0 spectrograms").WaitForAsync();
        await ClassifyAsync();

        // Both versions have the same weights; the second is asked with a copy.
        await page.GetByText("100.0% of 1 spectrograms").WaitForAsync();
        var second = page.GetByRole(AriaRole.Region, new() { Name = "Both versions" }).GetByRole(AriaRole.Row).Last;
        (await second.GetByRole(AriaRole.Rowheader).InnerTextAsync()).ShouldBe("2");
        (await second.GetByRole(AriaRole.Cell).AllInnerTextsAsync()).Take(2).ShouldBe(["0", "1"]);

        await page.GetByRole(AriaRole.Row).Filter(new() { Has = page.GetByLabel("Compare version 2") }).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await page.Locator("#confirm-change").ClickAsync();

        await page.GetByText("is tried with requests of production").WaitForAsync();
        await page.Locator(".history").GetByText("production tries version 2").WaitForAsync();
        await page.Context.CloseAsync();
    }

    private async Task<IPage> OpenAsync()
    {
        var page = await chromium.OpenAsync(_standalone.Address);
        await page.OpenAsync($"/models/{Model}", Model);
        await page.Locator(".history li").First.WaitForAsync();
        return page;
    }

    private static async Task PromoteByKeysAsync(IPage page, int version, string why)
    {
        await page.TabToAsync(page.GetByRole(AriaRole.Row).Filter(new() { Has = page.GetByLabel($"Compare version {version}") }).GetByRole(AriaRole.Button, new() { Name = "Promote" }));
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = $"Promote version {version}" })).ToBeFocusedAsync();
        await page.TabToAsync(page.GetByLabel("Reason, for the history"));
        await page.Keyboard.TypeAsync(why);
        await page.TabToAsync(page.Locator("#confirm-change"));
        await page.Keyboard.PressAsync("Enter");
    }

    private static async Task PromoteAsync(IPage page, int version, string why)
    {
        await AskToPromoteAsync(page, version, why);
        await page.Locator("#confirm-change").ClickAsync();
    }

    private static async Task AskToPromoteAsync(IPage page, int version, string why)
    {
        await page.GetByRole(AriaRole.Row).Filter(new() { Has = page.GetByLabel($"Compare version {version}") }).GetByRole(AriaRole.Button, new() { Name = "Promote" }).ClickAsync();
        await page.GetByLabel("Reason, for the history").FillAsync(why);
    }

    private async Task ClassifyAsync()
    {
        using var client = new HttpClient { BaseAddress = _standalone.Address };
        using var content = new ByteArrayContent(await File.ReadAllBytesAsync(SharedData.Require("clips/expected/metal_death_128k.mp3.png"), CancellationToken));
        using var answer = await client.PostAsync(new Uri($"/api/classify?model={Model}", UriKind.Relative), content, CancellationToken);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync(CancellationToken));
    }

    private async Task<int> AliasAsync(string alias)
    {
        using var client = new HttpClient { BaseAddress = _standalone.Address };
        var aliases = await client.GetFromJsonAsync<JsonElement>(new Uri($"/api/models/{Model}/aliases", UriKind.Relative), CancellationToken);
        return aliases.GetProperty(alias).GetInt32();
    }
}
