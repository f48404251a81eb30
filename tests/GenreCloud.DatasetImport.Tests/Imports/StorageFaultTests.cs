using GenreCloud.DatasetImport.Imports;
using GenreCloud.DatasetImport.Tests.Sources;
using GenreCloud.Testing;

namespace GenreCloud.DatasetImport.Tests.Imports;

/// <summary>A storage that fails again and again: the import comes to the same version, or has failed clearly and a retry comes to it.</summary>
public sealed class StorageFaultTests(AzuriteFixture azurite)
{
    private const string Dataset = "faulty";

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
        using var folder = new TemporaryFolder();
        var source = new ImportSource { Path = folder.Write("mixed.zip", MixedZip.ToBytes()) };
        Import import;
        await using (var host = await StartAsync(account))
        {
            // Accepted and staged while all is well: whether a request is accepted is up to the one who asks.
            import = await host.StartImportAsync(Dataset, source);
        }

        var often = FaultyStorage.Every(12, (int)fault, fault);
        await using var storage = await FaultyStorage.StartAsync(account, often);
        await using (var host = await StartAsync(account with { ConnectionString = storage.ConnectionString }))
        {
            import = await host.EndOfAsync(import);
        }

        storage.Faults.ShouldBeGreaterThan(3);
        import = await RetryUntilCompletedAsync(account, import);
        (await WrittenVersion.ReadAsync(account, Dataset, import.Version.ShouldNotBeNull())).ShouldBe(await UndisturbedAsync(source), $"{fault}");
    }

    [Fact]
    public async Task A_storage_that_takes_no_shard_fails_the_import_once_and_a_retry_goes_on_from_what_is_there()
    {
        var account = azurite.NewAccount();
        using var folder = new TemporaryFolder();
        var source = new ImportSource { Path = folder.Write("mixed.zip", MixedZip.ToBytes()) };
        Import import;
        await using (var storage = await FaultyStorage.StartAsync(
            account,
            request => request.Method == "PUT" && request.Path.Value!.EndsWith("/shards/00004.tar", StringComparison.Ordinal) ? StorageFault.Busy : StorageFault.None))
        {
            await using var host = await StartAsync(account with { ConnectionString = storage.ConnectionString });
            import = await host.EndOfAsync(await host.StartImportAsync(Dataset, source));
        }

        import.Status.ShouldBe(ImportStatus.Failed);
        import.Error.ShouldNotBeNull().Title.ShouldBe("The import was given up");
        import.Partitions.Count(partition => partition.IsDone).ShouldBeGreaterThan(0);

        import = await RetryUntilCompletedAsync(account, import);
        (await WrittenVersion.ReadAsync(account, Dataset, import.Version.ShouldNotBeNull())).ShouldBe(await UndisturbedAsync(source), "After the retry.");
    }

    private static async Task<Import> RetryUntilCompletedAsync(StorageAccount account, Import import)
    {
        await using var host = await StartAsync(account);
        if (import.Status == ImportStatus.Failed)
        {
            import.Error.ShouldNotBeNull().Detail.ShouldNotBeEmpty();
            using var retried = await host.Client.PostAsync(new Uri($"/api/imports/{import.Id}/retry", UriKind.Relative), content: null, CancellationToken);
            import = await host.EndOfAsync(import);
        }

        import.Status.ShouldBe(ImportStatus.Completed, $"{import.Error}");
        return import;
    }

    private async Task<IReadOnlyDictionary<string, byte[]>> UndisturbedAsync(ImportSource source)
    {
        var account = azurite.NewAccount();
        await using var host = await StartAsync(account);
        var import = await host.EndOfAsync(await host.StartImportAsync(Dataset, source));
        return await WrittenVersion.ReadAsync(account, Dataset, import.Version.ShouldNotBeNull());
    }

    private static Task<ServiceHost> StartAsync(StorageAccount account) => ImportService.StartAsync(
        account, configure: null, allowLocalPaths: true, ("DatasetImport:PartitionBytes", MixedZip.PartitionBytes), ("DatasetImport:WorkerTimeout", "00:00:15"));
}
