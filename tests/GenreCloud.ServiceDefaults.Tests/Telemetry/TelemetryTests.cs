using GenreCloud.Testing;
using GenreCloud.Testing.Otlp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GenreCloud.ServiceDefaults.Tests.Telemetry;

/// <summary>What is exported, to a real receiver.</summary>
public sealed partial class TelemetryTests(AzuriteFixture azurite)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GenreCloud.DatasetImport", "dataset-import")]
    [InlineData("GenreCloud.Training", "training")]
    [InlineData("GenreCloud.Inference", "inference")]
    [InlineData("GenreCloud.Standalone", "genrecloud")]
    public void A_process_is_named_as_its_service(string application, string service) =>
        TelemetryExtensions.ServiceName(application).ShouldBe(service);

    [Fact]
    public async Task A_request_is_a_trace_that_its_calls_and_logs_belong_to()
    {
        await using var receiver = await OtlpReceiver.StartAsync(CancellationToken);
        await using var target = await StartAsync([], app => app.MapGet("/", () => "hello"));
        await using var app = await StartAsync(receiver.Environment, app => app.MapGet("/call/{id}", async (int id, ILogger<TelemetryTests> logger, HttpClient client) =>
        {
            LogCalling(logger, id);
            return await client.GetStringAsync(new Uri(target.Urls.Single()), CancellationToken);
        }));

        // The caller is in this process too, and is not to be part of what it observes.
        using var client = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null });

        (await client.GetStringAsync(new Uri($"{app.Urls.Single()}/call/7"), CancellationToken)).ShouldBe("hello");

        var server = await receiver.WaitForSpanAsync(span => span.Name == "GET /call/{id}", CancellationToken);
        server.Kind.ShouldBe(ReceivedSpanKind.Server);
        server.ParentSpanId.ShouldBeEmpty();
        var call = await receiver.WaitForSpanAsync(span => span.ParentSpanId == server.SpanId, CancellationToken);
        call.Kind.ShouldBe(ReceivedSpanKind.Client);
        call.TraceId.ShouldBe(server.TraceId);
        var log = await receiver.WaitForLogAsync(log => log.Body == "Calling for 7", CancellationToken);
        log.TraceId.ShouldBe(server.TraceId);
        log.SpanId.ShouldBe(server.SpanId);
        log.Attributes["Id"].ShouldBe("7");
        await receiver.WaitForMetricAsync(metric => metric.Name == "http.server.request.duration", CancellationToken);
        await receiver.WaitForMetricAsync(metric => metric.Name == "http.client.request.duration", CancellationToken);
        await receiver.WaitForMetricAsync(metric => metric.Name == "dotnet.gc.collections", CancellationToken);
    }

    [Fact]
    public async Task Spans_and_instruments_of_our_own_libraries_are_exported_under_the_name_that_was_set()
    {
        await using var receiver = await OtlpReceiver.StartAsync(CancellationToken);
        using var source = new System.Diagnostics.ActivitySource("GenreCloud.Tests");
        using var meter = new System.Diagnostics.Metrics.Meter("GenreCloud.Tests");
        var counter = meter.CreateCounter<int>("genrecloud.test", "{thing}");
        await using var app = await StartAsync([.. receiver.Environment, ("OTEL_SERVICE_NAME", "renamed")], _ => { });

        using (source.StartActivity("own"))
        {
            counter.Add(1);
        }

        (await receiver.WaitForSpanAsync(span => span.Name == "own", CancellationToken)).ShouldSatisfyAllConditions(
            span => span.Scope.ShouldBe("GenreCloud.Tests"),
            span => span.Service.ShouldBe("renamed"));
        (await receiver.WaitForMetricAsync(metric => metric.Name == "genrecloud.test", CancellationToken)).Unit.ShouldBe("{thing}");
    }

    [Theory]
    [InlineData("parentbased_always_on")]
    [InlineData("always_on")]
    public async Task Probes_and_calls_that_are_part_of_nothing_are_no_traces(string sampler)
    {
        var account = azurite.NewAccount();
        await using var receiver = await OtlpReceiver.StartAsync(CancellationToken);
        await using var service = ServiceProcess.Start(
            ServiceProcess.ExecutableOf("GenreCloud.DatasetImport"),
            ["--urls", "http://127.0.0.1:0"],
            [("ConnectionStrings__blobs", account.ConnectionString), ("ConnectionStrings__queues", account.ConnectionString), ("OTEL_TRACES_SAMPLER", sampler), .. receiver.Environment]);
        using var client = new HttpClient { BaseAddress = await service.WaitForAddressAsync(CancellationToken) };

        // Its worker asks the queue all the time; the health check asks the storage.
        await client.GetStringAsync(new Uri("/health", UriKind.Relative), CancellationToken);
        await client.GetStringAsync(new Uri("/alive", UriKind.Relative), CancellationToken);
        await receiver.WaitForMetricAsync(metric => metric.Name == "http.client.request.duration", CancellationToken);
        await client.GetStringAsync(new Uri("/api/datasets", UriKind.Relative), CancellationToken);
        var server = await receiver.WaitForSpanAsync(span => span.Kind == ReceivedSpanKind.Server, CancellationToken);
        await service.StopAsync(CancellationToken);

        server.Service.ShouldBe("dataset-import");
        server.Name.ShouldBe("GET /api/datasets/");
        receiver.Spans.ShouldAllBe(span => span.TraceId == server.TraceId);
        receiver.Spans.ShouldContain(span => span.Kind == ReceivedSpanKind.Client);
        receiver.Logs.ShouldContain(log => log.Body.StartsWith("Now listening on", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_receiver_out_of_reach_changes_nothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows cannot ask a single console process to stop.");
        var account = azurite.NewAccount();

        // Port 9 (discard) of 127.0.0.1: nothing listens there.
        await using var service = ServiceProcess.Start(
            ServiceProcess.ExecutableOf("GenreCloud.Inference"),
            ["--urls", "http://127.0.0.1:0"],
            ("ConnectionStrings__blobs", account.ConnectionString),
            ("ConnectionStrings__queues", account.ConnectionString),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9"),
            ("OTEL_BSP_SCHEDULE_DELAY", "100"));
        using var client = new HttpClient { BaseAddress = await service.WaitForAddressAsync(CancellationToken) };

        (await client.GetStringAsync(new Uri("/api/models", UriKind.Relative), CancellationToken)).ShouldBe("[]");

        (await service.StopAsync(CancellationToken)).ShouldBe(0, service.Output);
    }

    [Fact]
    public async Task Nothing_is_recorded_where_nothing_is_exported()
    {
        await using var app = await StartAsync([], _ => { });

        app.Services.GetService<OpenTelemetry.Trace.TracerProvider>().ShouldBeNull();
    }

    [Fact]
    public async Task Azure_Monitor_alone_is_enough_to_record()
    {
        await using var app = await StartAsync(
            [("APPLICATIONINSIGHTS_CONNECTION_STRING", "InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint=http://127.0.0.1:9/")], _ => { });

        app.Services.GetService<OpenTelemetry.Trace.TracerProvider>().ShouldNotBeNull();
    }

    private static async Task<WebApplication> StartAsync(IEnumerable<(string Name, string Value)> settings, Action<WebApplication> map)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        builder.Services.AddHttpClient("", _ => { });
        builder.Services.AddTransient(services => services.GetRequiredService<IHttpClientFactory>().CreateClient());
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>(setting.Name, setting.Value)));
        builder.AddServiceDefaults();
        var app = builder.Build();
        map(app);
        await app.StartAsync(CancellationToken);
        return app;
    }

    [LoggerMessage(LogLevel.Information, "Calling for {Id}")]
    private static partial void LogCalling(ILogger logger, int id);
}
