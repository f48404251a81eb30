using Bunit;
using GenreCloud.Client;
using GenreCloud.Dashboard.Models;
using GenreCloud.Inference;
using GenreCloud.Registry;
using GenreCloud.ServiceDefaults;
using GenreCloud.Storage;
using GenreCloud.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace GenreCloud.Dashboard.Tests.Models;

/// <summary>The page of a model, over a real service and registry.</summary>
public sealed class ModelPageTests(AzuriteFixture azurite) : ComponentTest
{
    private const string Model = "genres";

    [Fact]
    public async Task Who_promotes_second_is_told_keeps_what_was_typed_and_decides_again()
    {
        await using var service = await StartAsync();
        var (first, second) = (await OpenAsync(), await OpenAsync());
        await AskToPromoteAsync(first, version: 2, "it is better");
        await AskToPromoteAsync(second, version: 3, "it is newer");

        await first.InvokeAsync(() => first.Find(".change form").SubmitAsync());
        await UntilAsync(() => first.FindAll(".notice-title").Any(title => title.TextContent == "production of genres is version 2 now"));
        await second.InvokeAsync(() => second.Find(".change form").SubmitAsync());

        await UntilAsync(() => second.FindAll(".notice-title").Any(title => title.TextContent == "Somebody changed the aliases meanwhile"));
        second.Find(".notice").TextContent.ShouldContain("production is version 2");
        second.Find("#change-why").GetAttribute("value").ShouldBe("it is newer");
        await second.InvokeAsync(() => second.Find(".change form").SubmitAsync());
        await UntilAsync(() => second.FindAll(".notice-title").Any(title => title.TextContent == "production of genres is version 3 now"));
    }

    [Fact]
    public async Task What_a_gate_finds_is_shown_and_may_be_overridden_with_a_reason()
    {
        await using var service = await StartAsync();
        await Services.GetRequiredService<InferenceClient>().SetGateAsync(Model, "production", new Client.Models.PromotionGate(Client.Models.GateMetric.Top1), cancellationToken: CancellationToken);
        var page = await OpenAsync();
        await AskToPromoteAsync(page, version: 2, "<script>alert(1)</script>");

        await page.InvokeAsync(() => page.Find(".change form").SubmitAsync());

        await UntilAsync(() => page.FindAll(".change .notice-title").Any(title => title.TextContent == "The gate refuses"));
        await page.InvokeAsync(() => page.Find("#change-override").InputAsync("we know"));
        await page.InvokeAsync(() => page.Find(".change form").SubmitAsync());
        await UntilAsync(() => page.FindAll(".notice-title").Any(title => title.TextContent == "production of genres is version 2 now"));
        var newest = page.FindAll(".history li")[0];
        newest.TextContent.ShouldContain("Overridden: we know");
        newest.TextContent.ShouldContain("<script>alert(1)</script>");
        page.FindAll("script").ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_typed_is_there_after_a_reload_and_was_still_decided_on_what_was_there_then()
    {
        await using var service = await StartAsync();
        var page = await OpenAsync();
        await AskToPromoteAsync(page, version: 3, "");
        await page.InvokeAsync(() => page.Find("#change-why").InputAsync("it is new"));
        await Services.GetRequiredService<InferenceClient>().MoveAliasAsync(Model, "production", new Client.Models.AliasMove { Version = 2 }, CancellationToken);

        page = await OpenAsync();

        page.Find("#change-title").TextContent.ShouldBe("Promote version 3");
        page.Find("#change-why").GetAttribute("value").ShouldBe("it is new");
        await page.InvokeAsync(() => page.Find(".change form").SubmitAsync());
        await UntilAsync(() => page.FindAll(".notice-title").Any(title => title.TextContent == "Somebody changed the aliases meanwhile"));
        await page.InvokeAsync(() => page.Find(".change form").SubmitAsync());
        await UntilAsync(() => page.FindAll(".notice-title").Any(title => title.TextContent == "production of genres is version 3 now"));

        // Once it is made, or left, nothing of it comes back.
        Window.Items.ShouldBeEmpty();
    }

    private async Task<IRenderedComponent<ModelPage>> OpenAsync()
    {
        var page = Render<ModelPage>(parameters => parameters.Add(p => p.Name, Model));
        await UntilAsync(() => page.FindAll(".history li").Count >= 3);
        return page;
    }

    private static async Task AskToPromoteAsync(IRenderedComponent<ModelPage> page, int version, string why)
    {
        await page.InvokeAsync(() => page.FindAll("tbody tr").Single(row => row.QuerySelector($"[aria-label='Compare version {version}']") is not null)
            .QuerySelectorAll("button").Single(button => button.TextContent == "Promote").ClickAsync());
        await page.InvokeAsync(() => page.Find("#change-why").InputAsync(why));
    }

    private async Task<ServiceHost> StartAsync()
    {
        var account = azurite.NewAccount();
        await account.Blobs.GetBlobContainerClient(StorageNames.Containers.Registry).CreateIfNotExistsAsync(cancellationToken: CancellationToken);
        var registry = new ModelRegistry(account.Blobs, TimeProvider.System);
        for (var version = 1; version <= 3; version++)
        {
            await registry.RegisterAsync(Model, new ModelFiles(new byte[100], Weights: null), Description, "tests", CancellationToken);
        }

        var service = await ServiceHost.StartAsync(
            account,
            builder =>
            {
                builder.AddServiceDefaults();
                builder.AddInference();
            },
            app =>
            {
                app.MapDefaultEndpoints();
                app.MapInference();
            });
        ServiceClient = service.Client;
        return service;
    }

    private static ModelDescription Description { get; } = new()
    {
        Architecture = "crnn",
        Labels = ["rock", "metal"],
        Signature = ModelSignature.ForSpectrograms(2),
        Metrics = new ModelMetrics { Epochs = [], Parity = new ExportParity(0, 1, 1e-4) },
        Lineage = new ModelLineage { Source = "made by a test" },
        Golden = new GoldenExample { Png = [1], Logits = [0, 0], Probabilities = [0.5f, 0.5f], Tolerance = 1e-4 },
    };
}
