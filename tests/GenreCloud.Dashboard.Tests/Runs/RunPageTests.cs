using Azure.Storage.Blobs;
using Bunit;
using GenreCloud.Client;
using GenreCloud.Dashboard.Runs;
using GenreCloud.ServiceDefaults;
using GenreCloud.Storage;
using GenreCloud.Testing;
using GenreCloud.Training;

namespace GenreCloud.Dashboard.Tests.Runs;

/// <summary>The page of a run, over a real service whose storage is written to.</summary>
public sealed class RunPageTests(AzuriteFixture azurite) : ComponentTest
{
    private const string Id = "0123456789abcdef0123456789abcdef";

    [Fact]
    public async Task A_run_that_is_deleted_while_its_page_is_open_is_gone_and_the_page_leads_to_the_others()
    {
        var account = azurite.NewAccount();
        await using var service = await StartAsync(account);
        var runs = account.Blobs.GetBlobContainerClient(StorageNames.Containers.Runs);
        await StoreAsync(runs, status: "training");
        ServiceClient = service.Client;
        var page = Render<RunPage>(parameters => parameters.Add(p => p.Id, Id));
        await UntilAsync(() => page.FindAll(".state").Any(element => element.TextContent == "training"));

        await runs.DeleteBlobAsync($"{Id}/run.json", cancellationToken: CancellationToken);

        await UntilAsync(() => page.FindAll(".notice-title").Any(element => element.TextContent == "Unknown run"));
        page.Find(".notice a").GetAttribute("href").ShouldBe("/runs");
        await DisposeComponentsAsync();
    }

    [Fact]
    public async Task A_run_that_somebody_else_cancels_can_be_resumed_here()
    {
        var account = azurite.NewAccount();
        await using var service = await StartAsync(account);
        await StoreAsync(account.Blobs.GetBlobContainerClient(StorageNames.Containers.Runs), status: "training");
        ServiceClient = service.Client;
        var page = Render<RunPage>(parameters => parameters.Add(p => p.Id, Id));
        await UntilAsync(() => page.FindAll(".state").Any(element => element.TextContent == "training"));

        await new TrainingClient(service.Client).CancelRunAsync(Id, CancellationToken);

        await UntilAsync(() => page.FindAll("#resume-run").Any(element => element.TextContent == "Resume"));
        await page.InvokeAsync(() => page.Find("#resume-run").ClickAsync());
        await UntilAsync(() => page.FindAll(".state").Any(element => element.TextContent == "queued"));

        // The service waits for those who still follow its events.
        await DisposeComponentsAsync();
    }

    [Fact]
    public async Task The_curve_of_the_range_test_is_drawn_before_the_first_epoch_is_over()
    {
        var account = azurite.NewAccount();
        await using var service = await StartAsync(account);
        var runs = account.Blobs.GetBlobContainerClient(StorageNames.Containers.Runs);
        await StoreAsync(runs, status: "training", learningRate: "\"auto\"", more: Progress("rangeTest"));
        ServiceClient = service.Client;
        var page = Render<RunPage>(parameters => parameters.Add(p => p.Id, Id));
        await UntilAsync(() => page.FindAll("[role=status]").Any(element => element.TextContent.StartsWith("Range test", StringComparison.Ordinal)));
        page.FindAll("figcaption").ShouldNotContain(caption => caption.TextContent.StartsWith("Range test", StringComparison.Ordinal));

        await StoreAsync(
            runs,
            status: "training",
            learningRate: "\"auto\"",
            more: $$$"""{{{Progress("training")}}}, "rangeTest":{"learningRate":0.002,"curve":[{"learningRate":0.001,"loss":2,"smoothedLoss":2},{"learningRate":0.01,"loss":3,"smoothedLoss":2.5}]}""");

        await UntilAsync(() => page.FindAll("figcaption").Any(caption => caption.TextContent.StartsWith("Range test", StringComparison.Ordinal)));
        page.Markup.ShouldContain("It chose 0.002");
        await DisposeComponentsAsync();

        static string Progress(string phase) =>
            $$"""
            , "progress":{"epoch":1,"step":{{phase.Length}},"totalSteps":100,"loss":2,"imagesPerSecond":10,"learningRate":0.001,"gradientNorm":1,"phase":"{{phase}}"}
            """;
    }

    private static Task<ServiceHost> StartAsync(StorageAccount account) => ServiceHost.StartAsync(
        account,
        builder =>
        {
            builder.AddServiceDefaults();
            builder.AddTrainingApi();
        },
        app =>
        {
            app.MapDefaultEndpoints();
            app.MapTraining();
        });

    private static async Task StoreAsync(BlobContainerClient runs, string status, string learningRate = "0.0014", string more = "")
    {
        await runs.CreateIfNotExistsAsync(cancellationToken: CancellationToken);
        await runs.GetBlobClient($"{Id}/run.json").UploadAsync(
            BinaryData.FromString($$$"""
                {"id":"{{{Id}}}","status":"{{{status}}}","createdAt":"2026-11-28T12:00:00+00:00","startedAt":"2026-11-28T12:00:05+00:00","epochs":[],"warnings":[],
                 "settings":{"dataset":"genres","version":1,"architecture":"crnn","model":"genres","register":true,"epochs":10,"batchSize":16,"learningRate":{{{learningRate}}},"weightDecay":0.01,
                 "labelSmoothing":0,"classBalance":"none","selection":"last","seed":1,"precision":"fp32","split":{"kind":"artist","seed":1,"validationFraction":0.2,"fold":1},"augmentation":{} }{{{more}}} }
                """),
            overwrite: true,
            CancellationToken);
    }
}
