using Bunit;
using GenreCloud.Client.Runs;
using GenreCloud.Dashboard.Components;
using GenreCloud.Dashboard.Datasets;
using GenreCloud.Dashboard.Runs;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace GenreCloud.Dashboard.Tests.Runs;

public sealed class NewRunPageTests : ComponentTest
{
    private readonly StubService _service = new();

    public NewRunPageTests()
    {
        _service.Answer("/api/datasets", new object[] { Dataset("first", 1), Dataset("second", 1, 2, 3) });
        _service.Answer("/api/architectures", new[] { new Architecture("crnn", "A network.", 0, "crnn") });
        _service.Answer("/api/models", Array.Empty<object>());
        ServiceClient = _service.Client;
    }

    private FormMemory Memory => Services.GetRequiredService<FormMemory>();

    [Fact]
    public async Task What_the_address_asks_for_goes_before_what_is_remembered()
    {
        await Memory.KeepAsync(RunForm.Name, new RunForm { Dataset = "first", Version = 1, Epochs = 77 });

        var page = await OpenAsync(DatasetLinks.Train("second", 2));

        Shown(page).ShouldBe(("second", "2", "77"));
    }

    [Fact]
    public async Task What_was_chosen_since_then_stays_over_a_reload()
    {
        var page = await OpenAsync(DatasetLinks.Train("second", 2));
        await page.InvokeAsync(() => page.Find("#dataset").ChangeAsync("first"));
        await page.InvokeAsync(() => page.Find("form").ChangeAsync(""));
        await page.InvokeAsync(() => page.Find("#model").InputAsync("typed, not left"));
        await page.InvokeAsync(() => page.Find("#epochs").InputAsync("42"));
        await page.InvokeAsync(() => page.Find("form").InputAsync(""));

        page = await OpenAsync(DatasetLinks.Train("second", 2));

        (Shown(page).Dataset, Shown(page).Epochs).ShouldBe(("first", "42"));
        page.Find("#model").GetAttribute("value").ShouldBe("typed, not left");
    }

    [Fact]
    public async Task What_is_not_there_is_not_chosen()
    {
        await Memory.KeepAsync(RunForm.Name, new RunForm { Dataset = "deleted", Version = 4 });

        Shown(await OpenAsync("/runs/new")).ShouldBe(("first", "", "10"));
        Shown(await OpenAsync(DatasetLinks.Train("second", 9))).ShouldBe(("second", "", "10"));
    }

    private async Task<IRenderedComponent<NewRunPage>> OpenAsync(string address)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        var page = Render<NewRunPage>();
        await UntilAsync(() => page.FindAll("#dataset").Count == 1);
        return page;
    }

    private static (string Dataset, string Version, string Epochs) Shown(IRenderedComponent<NewRunPage> page) =>
        (ValueOf(page, "#dataset"), ValueOf(page, "#version"), ValueOf(page, "#epochs"));

    private static string ValueOf(IRenderedComponent<NewRunPage> page, string field) => page.Find(field).GetAttribute("value") ?? "";

    private static object Dataset(string name, params int[] versions) => new { name, versions, details = Array.Empty<object>(), deleted = Array.Empty<object>() };
}
