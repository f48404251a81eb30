using Azure.Storage.Blobs;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.DatasetImport.Tests.Sources;
using GenreCloud.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace GenreCloud.DatasetImport.Tests.Imports;

/// <summary>A storage that fails again and again: the import comes to the same version, or has failed clearly and a retry comes to it.</summary>
public sealed class StorageFaultTests(AzuriteFixture azurite, UndisturbedImport undisturbed) : IClassFixture<UndisturbedImport>
{
    private const string Dataset = UndisturbedImport.Dataset;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(StorageFault.Busy)]
    [InlineData(StorageFault.Reset)]
    [InlineData(StorageFault.AnswerLost)]
    [InlineData(StorageFault.PartialBody)]
    [InlineData(StorageFault.Silence)]
    public async Task A_storage_that_fails_now_and_then_changes_nothing(StorageFault fault)
    {
        var account = azurite.NewAccount();
        Import import;
        await using (var host = await StartAsync(account))
        {
            // Accepted and staged while all is well: whether a request is accepted is up to the one who asks.
            import = await host.StartImportAsync(Dataset, undisturbed.Source);
        }

        var often = FaultyStorage.Every(12, (int)fault, fault);
        await using var storage = await FaultyStorage.StartAsync(account, often);
        await using (var host = await StartAsync(account with { ConnectionString = storage.ConnectionString }))
        {
            import = await host.EndOfAsync(import);
        }

        storage.Faults.ShouldBeGreaterThan(3);
        import = await RetriedAsync(account, import);
        (await WrittenVersion.ReadAsync(account, Dataset, import.Version.ShouldNotBeNull())).ShouldBe(undisturbed.Files, $"{fault}");
    }

    [Fact]
    public async Task A_storage_that_takes_no_shard_fails_the_import_once_and_a_retry_goes_on_from_what_is_there()
    {
        var account = azurite.NewAccount();
        Import import;
        await using (var storage = await FaultyStorage.StartAsync(
            account,
            request => request.Method == "PUT" && request.Path.Value!.EndsWith("/shards/00004.tar", StringComparison.Ordinal) ? StorageFault.Busy : StorageFault.None))
        {
            // Without the SDK's own retries, which would only take time here.
            var impatient = new BlobClientOptions { Retry = { MaxRetries = 0 } };
            await using var host = await StartAsync(
                account with { ConnectionString = storage.ConnectionString },
                builder => builder.Services.AddSingleton(new BlobServiceClient(storage.ConnectionString, impatient)));
            import = await host.EndOfAsync(await host.StartImportAsync(Dataset, undisturbed.Source));
        }

        import.Status.ShouldBe(ImportStatus.Failed);
        import.Error.ShouldNotBeNull().Title.ShouldBe("The import was given up");
        import.Partitions.Count(partition => partition.IsDone).ShouldBeGreaterThan(0);

        import = await RetriedAsync(account, import);
        (await WrittenVersion.ReadAsync(account, Dataset, import.Version.ShouldNotBeNull())).ShouldBe(undisturbed.Files, "After the retry.");
    }

    /// <summary>The import as it is, or, if it has failed, as a retry without any fault has it.</summary>
    private static async Task<Import> RetriedAsync(StorageAccount account, Import import)
    {
        if (import.Status == ImportStatus.Failed)
        {
            import.Error.ShouldNotBeNull().Detail.ShouldNotBeEmpty();
            await using var host = await StartAsync(account);
            using var retried = await host.Client.PostAsync(new Uri($"/api/imports/{import.Id}/retry", UriKind.Relative), content: null, CancellationToken);
            import = await host.EndOfAsync(import);
        }

        import.Status.ShouldBe(ImportStatus.Completed, $"{import.Error}");
        return import;
    }

    private static Task<ServiceHost> StartAsync(StorageAccount account, Action<WebApplicationBuilder>? configure = null) => ImportService.StartAsync(
        account, configure, allowLocalPaths: true, allowPrivateAddresses: true, ("DatasetImport:PartitionBytes", MixedZip.PartitionBytes), ("DatasetImport:WorkerTimeout", "00:00:15"));
}
