using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using GenreCloud.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace GenreCloud.Storage.Tests.Hosting;

public sealed class StorageHostingTests(AzuriteFixture azurite)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Containers_and_queues_exist_before_services_start()
    {
        var account = azurite.NewAccount();
        using var host = CreateHost(account.ConnectionString, account.ConnectionString, builder => builder.Services.AddHostedService<FirstWriter>());

        await host.StartAsync(CancellationToken);
        await host.StopAsync(CancellationToken);

        (await NamesAsync(account)).ShouldBe(["datasets", "imports", "registry", "runs", "sources", "|", "imports", "imports-poison", "training", "training-poison"]);
        (await account.Blobs.GetBlobContainerClient("runs").GetBlobClient("first").ExistsAsync(CancellationToken)).Value.ShouldBeTrue();
    }

    [Fact]
    public async Task Provisioning_again_and_at_the_same_time_keeps_what_is_there()
    {
        var account = azurite.NewAccount();
        await new StorageProvisioning(account.Blobs, account.Queues).EnsureCreatedAsync(CancellationToken);
        await account.Blobs.GetBlobContainerClient("runs").UploadBlobAsync("kept", BinaryData.FromString("x"), CancellationToken);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => new StorageProvisioning(account.Blobs, account.Queues).EnsureCreatedAsync(CancellationToken)));

        (await account.Blobs.GetBlobContainerClient("runs").GetBlobClient("kept").ExistsAsync(CancellationToken)).Value.ShouldBeTrue();
    }

    [Theory]
    [InlineData(null, null, "ConnectionStrings:blobs is missing", "ConnectionStrings:queues is missing")]
    [InlineData("  ", "UseDevelopmentStorage=true", "ConnectionStrings:blobs is missing", null)]
    [InlineData("UseDevelopmentStorage=true", "nonsense", "ConnectionStrings:queues is malformed", null)]
    [InlineData("AccountName=a;AccountKey=secret", "UseDevelopmentStorage=true", "ConnectionStrings:blobs is malformed", null)]
    [InlineData("http://127.0.0.1:10000/a", "UseDevelopmentStorage=true", "ConnectionStrings:blobs is malformed", null)]
    public async Task A_missing_or_malformed_connection_stops_the_host_and_names_the_key(string? blobs, string? queues, string expected, string? alsoExpected)
    {
        using var host = CreateHost(blobs, queues);

        var exception = await Should.ThrowAsync<OptionsValidationException>(() => host.StartAsync(CancellationToken));

        exception.Message.ShouldContain(expected);
        exception.Message.ShouldContain("storage connection string, or to an https endpoint such as");
        exception.Message.ShouldNotContain("secret");
        if (alsoExpected is not null)
        {
            exception.Message.ShouldContain(alsoExpected);
        }
    }

    [Fact]
    public async Task A_storage_out_of_reach_stops_the_host_and_names_the_account()
    {
        // Port 9 (discard) of 127.0.0.1: nothing listens there.
        const string Nowhere = "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=eA==;BlobEndpoint=http://127.0.0.1:9/a;QueueEndpoint=http://127.0.0.1:9/a";
        var noRetries = new BlobClientOptions { Retry = { MaxRetries = 0 } };
        var provisioning = new StorageProvisioning(
            new BlobServiceClient(Nowhere, noRetries), new QueueServiceClient(Nowhere, new QueueClientOptions { Retry = { MaxRetries = 0 } }));

        var exception = await Should.ThrowAsync<StorageUnavailableException>(() => provisioning.EnsureCreatedAsync(CancellationToken));

        exception.Message.ShouldContain("http://127.0.0.1:9/a");
        exception.Message.ShouldContain("ConnectionStrings:blobs");
    }

    [Fact]
    public void A_bare_https_endpoint_is_used_with_the_default_credential()
    {
        using var host = CreateHost("https://acc.blob.core.windows.net/", "https://acc.queue.core.windows.net/");

        host.Services.GetRequiredService<BlobServiceClient>().ShouldSatisfyAllConditions(
            client => client.Uri.ShouldBe(new Uri("https://acc.blob.core.windows.net/")),
            client => client.CanGenerateAccountSasUri.ShouldBeFalse());
        host.Services.GetRequiredService<QueueServiceClient>().Uri.ShouldBe(new Uri("https://acc.queue.core.windows.net/"));
    }

    [Fact]
    public void Adding_it_twice_adds_it_once()
    {
        using var host = CreateHost("UseDevelopmentStorage=true", "UseDevelopmentStorage=true", builder => builder.AddGenreCloudStorage());

        host.Services.GetServices<BlobServiceClient>().ShouldHaveSingleItem();
        host.Services.GetServices<IHostedService>().OfType<StorageProvisioning>().ShouldHaveSingleItem();
    }

    private static IHost CreateHost(string? blobs, string? queues, Action<IHostApplicationBuilder>? configure = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.AddGenreCloudStorage();
        builder.Configuration.AddInMemoryCollection(
        [
            new KeyValuePair<string, string?>("ConnectionStrings:blobs", blobs),
            new KeyValuePair<string, string?>("ConnectionStrings:queues", queues),
        ]);
        configure?.Invoke(builder);
        return builder.Build();
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
}
