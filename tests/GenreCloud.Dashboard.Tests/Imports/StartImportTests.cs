using Bunit;
using GenreCloud.Dashboard.Components;
using GenreCloud.Dashboard.Files;
using GenreCloud.Dashboard.Imports;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace GenreCloud.Dashboard.Tests.Imports;

public sealed class StartImportTests : ComponentTest
{
    private static readonly RememberedUpload Begun = new("7", "songs.zip", 5_000_000, new ImportForm { From = ImportFrom.File, Dataset = "songs" });

    private readonly StubService _service = new();

    public StartImportTests() => ServiceClient = _service.Client;

    private FormMemory Memory => Services.GetRequiredService<FormMemory>();

    [Fact]
    public async Task What_is_typed_is_kept_before_its_field_is_left()
    {
        await Memory.KeepAsync("import", new ImportForm { From = ImportFrom.Url });
        var form = Render<StartImport>();

        await form.InvokeAsync(() => form.Find("#import-url").InputAsync("https://half.typed/a"));

        Render<StartImport>().Find("#import-url").GetAttribute("value").ShouldBe("https://half.typed/a");
    }

    [Fact]
    public async Task An_upload_that_was_begun_is_told_before_a_file_is_chosen()
    {
        _service.Answer("/api/uploads/7", new { id = "7", offset = 100, bytes = 5_000_000, importId = "8" });
        await Memory.KeepAsync(RememberedUpload.Key, Begun);

        var form = Render<StartImport>();

        await UntilAsync(() => form.FindAll(".notice-title") is [var title] && title.TextContent == "The upload of songs.zip is not finished");
        form.FindAll(".drop").Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_that_is_complete_or_no_more_is_forgotten(bool isThere)
    {
        if (isThere)
        {
            _service.Answer("/api/uploads/7", new { id = "7", offset = 5_000_000, bytes = 5_000_000, importId = "8" });
        }

        await Memory.KeepAsync(RememberedUpload.Key, Begun);

        var form = Render<StartImport>();

        await UntilAsync(() => Window.Items.Count == 0);
        form.FindAll(".notice").ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_leaves_while_a_file_is_sent_is_asked(bool leaves)
    {
        _service.Answer("/api/uploads", new { id = "7", offset = 0, bytes = 10, importId = "8" });
        JSInterop.SetupModule("/_content/GenreCloud.Dashboard/files.js").Setup<BrowserAnswer>("sendParts", _ => true);
        await Memory.KeepAsync("import", new ImportForm { From = ImportFrom.File, Dataset = "songs" });
        var dialogs = Render<MudDialogProvider>();
        var form = Render<StartImport>();
        await form.InvokeAsync(() => form.FindComponent<FileDrop>().Instance.Chosen("songs.zip", 10, ""));
        var navigation = Services.GetRequiredService<NavigationManager>();
        var here = navigation.Uri;
        _ = form.InvokeAsync(() => form.Find("form").SubmitAsync());
        await UntilAsync(() => form.FindAll("button").Any(button => button.TextContent == "Stop sending"));

        _ = form.InvokeAsync(() => navigation.NavigateTo("/runs"));
        await UntilAsync(() => dialogs.FindAll("button").Count == 2);
        navigation.Uri.ShouldBe(here);
        await dialogs.InvokeAsync(() => dialogs.FindAll("button").Single(button => button.TextContent == (leaves ? "Leave the page" : "Back")).ClickAsync());

        await UntilAsync(() => dialogs.FindAll("button").Count == 0);
        await UntilAsync(() => navigation.Uri == (leaves ? "http://localhost/runs" : here));
    }

    [Fact]
    public async Task Who_sends_nothing_is_not_asked()
    {
        var dialogs = Render<MudDialogProvider>();
        var form = Render<StartImport>();

        await form.InvokeAsync(() => Services.GetRequiredService<NavigationManager>().NavigateTo("/runs"));

        Services.GetRequiredService<NavigationManager>().Uri.ShouldBe("http://localhost/runs");
        dialogs.FindAll("button").ShouldBeEmpty();
    }
}
