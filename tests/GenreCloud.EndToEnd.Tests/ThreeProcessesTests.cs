using System.Text.RegularExpressions;
using GenreCloud.LocalTools.AspireDashboard;
using GenreCloud.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace GenreCloud.EndToEnd.Tests;

/// <summary>The three services as a process each, with nothing between them but a storage account.</summary>
public sealed class ThreeProcessesTests : IDisposable
{
    private readonly string _shards = Directory.CreateTempSubdirectory("genrecloud-e2e-shards-").FullName;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_shards, recursive: true);

    [Fact]
    public async Task The_demo_takes_a_zip_to_genres_through_services_that_run_elsewhere_as_one_trace()
    {
        await using var azurite = new AzuriteFixture();
        await azurite.InitializeAsync();
        await using var dashboard = await AspireDashboardProcess.StartAsync(
            new AspireDashboardOptions { PackageDirectory = AzuriteFixture.PackageDirectory, PreferredPort = 0 },
            NullLogger.Instance,
            TimeProvider.System,
            CancellationToken);
        var account = azurite.NewAccount();
        await using var datasetImport = Start("GenreCloud.DatasetImport", account, dashboard);
        await using var training = Start("GenreCloud.Training", account, dashboard);
        await using var inference = Start("GenreCloud.Inference", account, dashboard);
        string[] arguments =
        [
            "--dataset-import", (await datasetImport.WaitForAddressAsync(CancellationToken)).ToString(),
            "--training", (await training.WaitForAddressAsync(CancellationToken)).ToString(),
            "--inference", (await inference.WaitForAddressAsync(CancellationToken)).ToString(),
            "--epochs", "1",
        ];

        string trace;
        await using (var demo = StartDemo(arguments, Otlp(dashboard)))
        {
            (await demo.WaitForExitAsync(CancellationToken)).ShouldBe(0, demo.Output);
            DemoTable.Figure(demo.Output, "Images imported").ShouldBe("120");
            DemoTable.Figure(demo.Output, "Model").ShouldBe("genres-sample version 1");
            Regex.Count(demo.Output, "Held-out ").ShouldBe(3);
            trace = Regex.Match(demo.Output, "All this as one trace: (?<trace>[0-9a-f]{32})").Groups["trace"].Value;
        }

        await using (var second = StartDemo(arguments))
        {
            (await second.WaitForExitAsync(CancellationToken)).ShouldBe(0, second.Output);
            DemoTable.Figure(second.Output, "Dataset").ShouldBe("genres-sample version 1, imported earlier");
            DemoTable.Figure(second.Output, "Model").ShouldBe("genres-sample version 1, trained earlier");
        }

        // Services send what they still hold when they end.
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows cannot ask a single console process to stop.");
        foreach (var service in (ServiceProcess[])[datasetImport, training, inference])
        {
            (await service.StopAsync(CancellationToken)).ShouldBe(0, service.Output);
        }

        var spans = (await TelemetrySpan.ReadAsync(dashboard.Frontend, CancellationToken)).Where(span => span.TraceId == trace).ToArray();
        (string Name, string Service)[] expected =
        [
            ("demo", "genrecloud"),
            ("complete", "dataset-import"),
            ("process training", "training"),
            ("register", "training"),
            ("POST /api/classify", "inference"),
        ];
        expected.ShouldBeSubsetOf(spans.Select(span => (span.Name, span.Service)));
    }

    [Theory]
    [InlineData("give all three", "--training", "http://127.0.0.1:9", "--inference", "http://127.0.0.1:9")]
    [InlineData("must be an http or https address", "--dataset-import", "import:9", "--training", "http://127.0.0.1:9", "--inference", "http://127.0.0.1:9")]
    [InlineData("127.0.0.1:9", "--dataset-import", "http://127.0.0.1:9", "--training", "http://127.0.0.1:9", "--inference", "http://127.0.0.1:9")]
    public async Task Addresses_that_do_not_do_are_named(string named, params string[] arguments)
    {
        await using var demo = StartDemo(arguments);

        (await demo.WaitForExitAsync(CancellationToken)).ShouldBe(1, demo.Output);
        demo.Output.ShouldContain(named);
        demo.Output.ShouldNotContain("   at GenreCloud.");
    }

    private ServiceProcess Start(string project, StorageAccount account, AspireDashboardProcess dashboard) => ServiceProcess.Start(
        ServiceProcess.ExecutableOf(project),
        ["--urls", "http://127.0.0.1:0"],
        [
            ("ConnectionStrings__blobs", account.ConnectionString),
            ("ConnectionStrings__queues", account.ConnectionString),
            .. Otlp(dashboard),
            .. project == "GenreCloud.Training" ? [("Training__Threads", "1"), ("Training__CacheDirectory", _shards)] : ((string, string)[])[],
        ]);

    private static ServiceProcess StartDemo(string[] arguments, params IEnumerable<(string, string)> environment) =>
        ServiceProcess.Start(ServiceProcess.ExecutableOf("GenreCloud.Standalone"), ["demo", .. arguments], environment);

    private static IEnumerable<(string, string)> Otlp(AspireDashboardProcess dashboard) => [("OTEL_EXPORTER_OTLP_ENDPOINT", dashboard.OtlpGrpc.ToString())];
}
