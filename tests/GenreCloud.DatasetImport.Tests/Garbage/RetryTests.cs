using System.Net;
using GenreCloud.DatasetImport.Garbage;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.DatasetImport.Tests.Sources;
using GenreCloud.Storage;
using GenreCloud.Testing;

namespace GenreCloud.DatasetImport.Tests.Garbage;

/// <summary>An import that is retried after the garbage collection has taken what it left.</summary>
public sealed class RetryTests(AzuriteFixture azurite) : IDisposable
{
    private const int Tracks = 6;

    private readonly StorageAccount _account = azurite.NewAccount();
    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _zip = SourceZip.WithTracks(Tracks, "rock", "jazz").ToBytes();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, 3)]
    [InlineData(true, 3)]
    [InlineData(true, 1)]
    public async Task One_from_a_file_is_staged_and_planned_anew(bool isZipKept, int picturesAPartition)
    {
        var import = await CancelAfterReadingAsync(host => host.StartImportAsync("retried", new ImportSource { Path = _folder.Write("genres.zip", _zip) }));
        await CollectAsync(isZipKept ? import.StagedArchives[0].Blob : null);
        await using var host = await StartAsync(picturesAPartition);

        await RetryAsync(host, import);
        var ended = await host.EndOfAsync(import);

        ended.Error.ShouldBeNull();
        (ended.Version, ended.Progress.Imported, ended.Progress.Entries).ShouldBe((2, Tracks, Tracks), "the first version was never completed, and its number is not given again");
        (await host.GetManifestAsync("retried", 2)).Shards.Count.ShouldBe(Tracks / picturesAPartition);
    }

    [Fact]
    public async Task One_that_was_uploaded_says_that_its_source_is_gone()
    {
        var import = await CancelAfterReadingAsync(host => host.UploadAsync("retried", _zip));
        await CollectAsync(kept: null);
        await using var host = await StartAsync();

        await RetryAsync(host, import);

        var error = await host.FailureOfAsync(import);
        error.Title.ShouldBe("The source is no longer stored");
        error.Detail.ShouldContain("upload it again");
    }

    [Fact]
    public async Task One_whose_zip_is_gone_and_whose_plan_is_not_says_so_where_the_file_is_another()
    {
        var path = _folder.Write("genres.zip", _zip);
        var import = await CancelAfterReadingAsync(host => host.StartImportAsync("retried", new ImportSource { Path = path }), heldShard: "/shards/00001.tar");
        await _account.Container(StorageNames.Containers.Sources).DeleteBlobAsync(import.StagedArchives[0].Blob, cancellationToken: CancellationToken);
        await File.WriteAllBytesAsync(path, SourceZip.WithTracks(1, "rock").ToBytes(), CancellationToken);
        await using var host = await StartAsync();

        await RetryAsync(host, import);

        (await host.FailureOfAsync(import)).Title.ShouldBe("The source is no longer stored");
    }

    private static async Task RetryAsync(ServiceHost host, Import import)
    {
        using var retried = await host.Client.PostAsync(new Uri($"/api/imports/{import.Id}/retry", UriKind.Relative), content: null, CancellationToken);
        retried.StatusCode.ShouldBe(HttpStatusCode.Accepted);
    }

    /// <summary>An import that is cancelled when some partitions are done, or all.</summary>
    private async Task<Import> CancelAfterReadingAsync(Func<ServiceHost, Task<Import>> start, string heldShard = "/manifest.json")
    {
        var traffic = new StorageTraffic { HeldWrite = heldShard };
        await using var host = await StartAsync(traffic: traffic);
        var import = await start(host);
        await traffic.Holding.WaitAsync(CancellationToken);
        await host.WaitForAsync(import, current => current.Partitions.Any(partition => partition.IsDone));
        using var cancelled = await host.Client.DeleteAsync(new Uri($"/api/imports/{import.Id}", UriKind.Relative), CancellationToken);
        await traffic.Released.WaitAsync(CancellationToken);
        return await host.GetImportAsync(import.Id);
    }

    /// <summary>Collects as eight days later.</summary>
    /// <param name="kept">An archive that another import needs.</param>
    private async Task CollectAsync(string? kept)
    {
        if (kept is not null)
        {
            await _account.WriteImportAsync(StoredJobs.NewId(), "other", ImportStatus.Reading, archive: kept);
        }

        var time = new CollectionTime();
        time.Advance(TimeSpan.FromDays(8));
        await using var host = await time.StartAsync(_account);
        await time.CollectedAsync(CancellationToken);
        (await _account.ListAsync(StorageNames.Containers.Sources)).ShouldBe(kept is null ? [] : [kept]);
        (await _account.ListAsync(StorageNames.Containers.Imports)).ShouldAllBe(blob => blob.EndsWith("/import.json", StringComparison.Ordinal) || blob == GarbageWorker.LeaseBlob);
    }

    private Task<ServiceHost> StartAsync(int picturesAPartition = 3, StorageTraffic? traffic = null) => ImportService.StartAsync(
        _account,
        builder => traffic?.Watch(builder, _account),
        allowLocalPaths: true,
        allowPrivateAddresses: true,
        ("DatasetImport:PartitionBytes", $"{(picturesAPartition + 0.5) * TestPng.Spectrogram(0).Length:0}"));
}
