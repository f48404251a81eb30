using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using GenreCloud.Testing;

namespace GenreCloud.ServiceDefaults.Tests.Startup;

/// <summary>What a service's process does where it cannot start, or not fully.</summary>
public sealed partial class StartupTests(AzuriteFixture azurite)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Inference_names_every_wrong_setting_and_ends()
    {
        await using var service = Start(
            "GenreCloud.Inference",
            [
                ("ConnectionStrings__blobs", "nonsense"),
                ("Inference__MaxRequestBytes", "x"),
                ("Inference__MaxLoadedModel", "3"),
                ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317"),
                ("APPLICATIONINSIGHTS_CONNECTION_STRING", "InstrumentationKey=secret"),
            ]);

        (await service.WaitForExitAsync(CancellationToken)).ShouldBe(1);

        service.Output.Split(Environment.NewLine).ShouldBe(
            [
                "ConnectionStrings:blobs (environment: ConnectionStrings__blobs) is malformed; it must be a storage connection string, or an https endpoint such as https://ACCOUNT.blob.core.windows.net that the default Azure credential may use.",
                "ConnectionStrings:queues (environment: ConnectionStrings__queues) is missing; it must be a storage connection string, or an https endpoint such as https://ACCOUNT.queue.core.windows.net that the default Azure credential may use.",
                "Inference:MaxRequestBytes (environment: Inference__MaxRequestBytes) is 'x'; it must be a whole number from 1024 to 1073741824.",
                "Inference:MaxLoadedModel (environment: Inference__MaxLoadedModel) is not a setting; it must be one of MaxRequestBytes, MaxSongDuration, MaxBatchFiles, IntraOpThreads, MaxQueuedRequestsPerRun, MaxWaitingBytes, MaxRequestDuration, ModelMemoryBytes, RefreshInterval.",
                "OTEL_EXPORTER_OTLP_ENDPOINT is 'collector:4317'; it must be the http or https address of an OTLP receiver, such as http://127.0.0.1:4317.",
                "APPLICATIONINSIGHTS_CONNECTION_STRING is malformed; it must be the connection string of an Application Insights resource: InstrumentationKey=(a GUID);IngestionEndpoint=https://REGION.in.applicationinsights.azure.com/.",
            ],
            ignoreOrder: true);
    }

    [Fact]
    public async Task DatasetImport_names_every_wrong_setting_and_ends()
    {
        var connection = azurite.NewAccount().ConnectionString;
        await using var service = Start(
            "GenreCloud.DatasetImport",
            [
                ("ConnectionStrings__blobs", connection),
                ("ConnectionStrings__queues", connection),
                ("DatasetImport__SourceTimeout", "5"),
                ("DatasetImport__AllowLocalPaths", "perhaps"),
            ]);

        (await service.WaitForExitAsync(CancellationToken)).ShouldBe(1);

        service.Output.Split(Environment.NewLine).ShouldBe(
            [
                "DatasetImport:AllowLocalPaths (environment: DatasetImport__AllowLocalPaths) is 'perhaps'; it must be true or false.",
                "DatasetImport:SourceTimeout (environment: DatasetImport__SourceTimeout) is '5'; it must be a duration as hours:minutes:seconds from 00:00:01 to 01:00:00.",
            ],
            ignoreOrder: true);
    }

    [Fact]
    public async Task A_service_whose_storage_is_away_starts_unhealthy_and_recovers()
    {
        await using var line = new StorageLine(azurite.NewAccount(), isCut: true);
        await using var service = Start(
            "GenreCloud.Inference", [("ConnectionStrings__blobs", line.ConnectionString), ("ConnectionStrings__queues", line.ConnectionString)]);
        using var client = new HttpClient { BaseAddress = await service.WaitForAddressAsync(CancellationToken) };

        (await HealthAsync(client)).ShouldBe((HttpStatusCode.ServiceUnavailable, "Unhealthy"));
        using (var alive = await client.GetAsync(new Uri("/alive", UriKind.Relative), CancellationToken))
        {
            alive.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        await service.WaitForOutputAsync(SecondAttempt(), CancellationToken);

        line.Mend();

        while (await HealthAsync(client) != (HttpStatusCode.OK, "Healthy"))
        {
            await Task.Delay(PollInterval, CancellationToken);
        }

        line.Cut();

        (await HealthAsync(client)).ShouldBe((HttpStatusCode.OK, "Degraded"));
        service.Output.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task A_taken_address_is_named_without_ending_in_a_crash()
    {
        var connection = azurite.NewAccount().ConnectionString;
        (string, string)[] storage = [("ConnectionStrings__blobs", connection), ("ConnectionStrings__queues", connection)];
        await using var first = Start("GenreCloud.Inference", storage);
        var address = await first.WaitForAddressAsync(CancellationToken);

        await using var second = ServiceProcess.Start(
            ServiceProcess.ExecutableOf("GenreCloud.Inference"), ["--urls", address.GetLeftPart(UriPartial.Authority)], storage);

        (await second.WaitForExitAsync(CancellationToken)).ShouldBe(1);
        second.Output.ShouldContain("Serve elsewhere with --urls");
        second.Output.ShouldNotContain("Unhandled exception");
    }

    private static ServiceProcess Start(string service, IEnumerable<(string Name, string Value)> environment) =>
        ServiceProcess.Start(ServiceProcess.ExecutableOf(service), ["--urls", "http://127.0.0.1:0"], environment);

    private static async Task<(HttpStatusCode Status, string Storage)> HealthAsync(HttpClient client)
    {
        using var response = await client.GetAsync(new Uri("/health", UriKind.Relative), CancellationToken);
        var health = await response.Content.ReadFromJsonAsync<JsonElement>(CancellationToken);
        return (response.StatusCode, health.GetProperty("checks").GetProperty("storage").GetProperty("status").GetString()!);
    }

    [GeneratedRegex("cannot be used: .* This was attempt 2; the next one is in 0.5 s", RegexOptions.CultureInvariant)]
    private static partial Regex SecondAttempt();
}
