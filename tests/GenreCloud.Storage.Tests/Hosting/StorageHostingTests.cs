using System.Collections.Concurrent;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using GenreCloud.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace GenreCloud.Storage.Tests.Hosting;

public sealed class StorageHostingTests(AzuriteFixture azurite)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_needed_exists_before_services_start_and_nothing_else()
    {
        var account = azurite.NewAccount();
        using var host = CreateHost(account.ConnectionString, builder => builder.Services.AddHostedService<FirstWriter>());

        await host.StartAsync(CancellationToken);
        await host.StopAsync(CancellationToken);

        (await NamesAsync(account)).ShouldBe(["registry", "runs", "|", "imports", "imports-poison"]);
        (await account.Blobs.GetBlobContainerClient("runs").GetBlobClient("first").ExistsAsync(CancellationToken)).Value.ShouldBeTrue();
    }

    [Fact]
    public async Task Provisioning_again_and_at_the_same_time_keeps_what_is_there()
    {
        var account = azurite.NewAccount();
        await Provisioning(account).EnsureCreatedAsync(CancellationToken);
        await account.Blobs.GetBlobContainerClient("runs").UploadBlobAsync("kept", BinaryData.FromString("x"), CancellationToken);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Provisioning(account).EnsureCreatedAsync(CancellationToken)));

        (await account.Blobs.GetBlobContainerClient("runs").GetBlobClient("kept").ExistsAsync(CancellationToken)).Value.ShouldBeTrue();
    }

    [Theory]
    [InlineData(null, null, "ConnectionStrings:blobs (environment: ConnectionStrings__blobs) is missing", "ConnectionStrings:queues (environment: ConnectionStrings__queues) is missing")]
    [InlineData("  ", "UseDevelopmentStorage=true", "ConnectionStrings:blobs (environment: ConnectionStrings__blobs) is missing", null)]
    [InlineData("UseDevelopmentStorage=true", "nonsense", "ConnectionStrings:queues (environment: ConnectionStrings__queues) is malformed", null)]
    [InlineData("AccountName=a;AccountKey=secret", "UseDevelopmentStorage=true", "ConnectionStrings:blobs (environment: ConnectionStrings__blobs) is malformed", null)]
    [InlineData("http://127.0.0.1:10000/a", "UseDevelopmentStorage=true", "ConnectionStrings:blobs (environment: ConnectionStrings__blobs) is malformed", null)]
    public async Task A_missing_or_malformed_connection_stops_the_host_and_names_the_key(string? blobs, string? queues, string expected, string? alsoExpected)
    {
        using var host = CreateHost(blobs, queues, _ => { });

        var exception = await Should.ThrowAsync<OptionsValidationException>(() => host.StartAsync(CancellationToken));

        exception.Message.ShouldContain(expected);
        exception.Message.ShouldContain("storage connection string, or an https endpoint such as");
        exception.Message.ShouldNotContain("secret");
        if (alsoExpected is not null)
        {
            exception.Message.ShouldContain(alsoExpected);
        }
    }

    [Fact]
    public async Task A_storage_out_of_reach_is_named_with_the_reason()
    {
        // Port 9 (discard) of 127.0.0.1: nothing listens there.
        const string Nowhere = "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=eA==;BlobEndpoint=http://127.0.0.1:9/a;QueueEndpoint=http://127.0.0.1:9/a";

        var exception = await Should.ThrowAsync<StorageUnavailableException>(
            () => Provisioning(new StorageAccount(Nowhere)).EnsureCreatedAsync(CancellationToken));

        exception.Message.ShouldContain("http://127.0.0.1:9/a");
        exception.Message.ShouldContain("ConnectionStrings:blobs");
        exception.Message.ShouldContain("refused");
    }

    [Fact]
    public async Task A_host_starts_without_its_storage_and_works_once_that_answers()
    {
        var account = azurite.NewAccount();
        await using var line = new StorageLine(account, isCut: true);
        var log = new LogLines();
        using var host = CreateHost(line.ConnectionString, builder =>
        {
            builder.Logging.AddProvider(log);
            builder.AddStorageWorker<Worker>();
        });
        var worker = host.Services.GetRequiredService<Worker>();

        await host.StartAsync(CancellationToken);

        await log.WaitForAsync("This was attempt 1; the next one is in 0.25 s");
        (await HealthAsync(host)).ShouldSatisfyAllConditions(
            health => health.Status.ShouldBe(HealthStatus.Unhealthy),
            health => health.Description.ShouldNotBeNull().ShouldContain("cannot be used"));
        worker.Started.IsCompleted.ShouldBeFalse();

        line.Mend();

        await worker.Started.WaitAsync(CancellationToken);
        (await HealthAsync(host)).Status.ShouldBe(HealthStatus.Healthy);
        (await NamesAsync(account)).ShouldBe(["registry", "runs", "|", "imports", "imports-poison"]);
        await log.WaitForAsync("The storage can be used now");
        await host.StopAsync(CancellationToken);
    }

    [Fact]
    public async Task A_host_that_stops_before_its_storage_answers_ends_without_having_worked()
    {
        await using var line = new StorageLine(azurite.NewAccount(), isCut: true);
        using var host = CreateHost(line.ConnectionString, builder => builder.AddStorageWorker<Worker>());
        await host.StartAsync(CancellationToken);

        await host.StopAsync(CancellationToken);

        host.Services.GetRequiredService<Worker>().Started.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Wrong_credentials_are_named_and_tried_again()
    {
        var account = azurite.NewAccount();
        var log = new LogLines();
        using var host = CreateHost(
            account.ConnectionString.Replace("AccountKey=", "AccountKey=AAAA", StringComparison.Ordinal), builder => builder.Logging.AddProvider(log));

        await host.StartAsync(CancellationToken);

        // By the log: health tells of the latest attempt, and one of several may fail otherwise, as when a connection breaks.
        await log.WaitForAsync("(AuthorizationFailure)");
        await log.WaitForAsync("This was attempt 2;");
        host.Services.GetRequiredService<StorageProvisioning>().Ready.IsCompleted.ShouldBeFalse();
        (await HealthAsync(host)).Description.ShouldNotBeNull().ShouldContain("cannot be used");
        await host.StopAsync(CancellationToken);
    }

    [Fact]
    public async Task A_storage_that_goes_away_later_degrades_health_until_it_is_back()
    {
        await using var line = new StorageLine(azurite.NewAccount(), isCut: false);
        using var host = CreateHost(line.ConnectionString, _ => { });
        await host.StartAsync(CancellationToken);
        await host.Services.GetRequiredService<StorageProvisioning>().Ready.WaitAsync(CancellationToken);
        (await HealthAsync(host)).Status.ShouldBe(HealthStatus.Healthy);

        line.Cut();

        (await HealthAsync(host)).ShouldSatisfyAllConditions(
            health => health.Status.ShouldBe(HealthStatus.Degraded),
            health => health.Description.ShouldNotBeNull().ShouldContain("does not answer as it should"));

        line.Mend();

        (await HealthAsync(host)).Status.ShouldBe(HealthStatus.Healthy);
        await host.StopAsync(CancellationToken);
    }

    [Fact]
    public async Task A_container_that_is_deleted_later_degrades_health()
    {
        var account = azurite.NewAccount();
        using var host = CreateHost(account.ConnectionString, _ => { });
        await host.StartAsync(CancellationToken);
        await host.Services.GetRequiredService<StorageProvisioning>().Ready.WaitAsync(CancellationToken);

        await account.Blobs.DeleteBlobContainerAsync("registry", cancellationToken: CancellationToken);

        (await HealthAsync(host)).Status.ShouldBe(HealthStatus.Degraded);
        await host.StopAsync(CancellationToken);
    }

    [Fact]
    public void A_bare_https_endpoint_is_used_with_the_default_credential()
    {
        using var host = CreateHost("https://acc.blob.core.windows.net/", "https://acc.queue.core.windows.net/", _ => { });

        host.Services.GetRequiredService<BlobServiceClient>().ShouldSatisfyAllConditions(
            client => client.Uri.ShouldBe(new Uri("https://acc.blob.core.windows.net/")),
            client => client.CanGenerateAccountSasUri.ShouldBeFalse());
        host.Services.GetRequiredService<QueueServiceClient>().Uri.ShouldBe(new Uri("https://acc.queue.core.windows.net/"));
    }

    [Fact]
    public void Adding_it_twice_adds_it_once()
    {
        using var host = CreateHost("UseDevelopmentStorage=true", builder => builder.AddGenreCloudStorage());

        host.Services.GetServices<BlobServiceClient>().ShouldHaveSingleItem();
        host.Services.GetServices<IHostedService>().OfType<StorageProvisioning>().ShouldHaveSingleItem();
    }

    private static IHost CreateHost(string connection, Action<HostApplicationBuilder> configure) => CreateHost(connection, connection, configure);

    /// <summary>A host that needs two containers and one queue.</summary>
    private static IHost CreateHost(string? blobs, string? queues, Action<HostApplicationBuilder> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.AddGenreCloudStorage("runs", "registry");
        builder.AddWorkQueue<string>("imports", (_, _, _, _) => Task.CompletedTask);
        builder.Configuration.AddInMemoryCollection(
        [
            new KeyValuePair<string, string?>("ConnectionStrings:blobs", blobs),
            new KeyValuePair<string, string?>("ConnectionStrings:queues", queues),
        ]);
        configure(builder);
        return builder.Build();
    }

    private static StorageProvisioning Provisioning(StorageAccount account) => new(
        Options.Create(new StorageOptions { Blobs = account.ConnectionString, Queues = account.ConnectionString }),
        Options.Create(new StorageNeeds { Containers = { "runs" }, Queues = { "imports" } }),
        TimeProvider.System,
        NullLogger<StorageProvisioning>.Instance);

    private static async Task<HealthReportEntry> HealthAsync(IHost host)
    {
        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(CancellationToken);
        return report.Entries["storage"];
    }

    private static async Task<List<string>> NamesAsync(StorageAccount account)
    {
        var names = new List<string>();
        await foreach (var container in account.Blobs.GetBlobContainersAsync(cancellationToken: CancellationToken))
        {
            names.Add(container.Name);
        }

        names.Add("|");
        await foreach (var queue in account.Queues.GetQueuesAsync(cancellationToken: CancellationToken))
        {
            names.Add(queue.Name);
        }

        return names;
    }

    private sealed class FirstWriter(BlobServiceClient blobs) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken) =>
            await blobs.GetBlobContainerClient("runs").UploadBlobAsync("first", BinaryData.FromString("x"), cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class Worker : BackgroundService
    {
        private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Started => _started.Task;

        protected override Task ExecuteAsync(CancellationToken stoppingToken)
        {
            _started.SetResult();
            return Task.Delay(Timeout.Infinite, stoppingToken);
        }
    }

    private sealed class LogLines : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = [];

        public async Task WaitForAsync(string text)
        {
            while (!_lines.Any(line => line.Contains(text, StringComparison.Ordinal)))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken);
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
