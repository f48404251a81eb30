using System.Net;
using System.Net.Http.Json;
using GenreCloud.DatasetImport.Garbage;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.DatasetImport.Tests.Sources;
using GenreCloud.DatasetImport.Uploads;
using GenreCloud.Datasets.Deletion;
using GenreCloud.Storage;
using GenreCloud.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace GenreCloud.DatasetImport.Tests.Garbage;

public sealed class GarbageTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly StorageAccount _account = azurite.NewAccount();

    private readonly CollectionTime _time = new();
    private ServiceHost? _host;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await _time.StartAsync(_account);
        await _time.CollectedAsync(CancellationToken);
    }

    public async ValueTask DisposeAsync() => await _host!.DisposeAsync();

    [Fact]
    public async Task Staged_sources_go_when_they_are_old_and_no_import_needs_them()
    {
        var needed = await StageAsync('a');
        var unneeded = await StageAsync('b', ".csv");
        var ofFailed = await StageAsync('c');
        await _account.WriteImportAsync(StoredJobs.NewId(), "genres", ImportStatus.Queued, archive: needed);
        await _account.WriteImportAsync(StoredJobs.NewId(), "genres", ImportStatus.Failed, _time.GetUtcNow(), ofFailed);
        await UploadAsync(StorageNames.Containers.Sources, "README.txt");
        await UploadAsync(StorageNames.Containers.Sources, $"{StagedBlocks.UploadingPrefix}0123");

        await CollectAsync();
        (await _account.ListAsync(StorageNames.Containers.Sources)).Count.ShouldBe(5, "all of them are young");
        _time.Advance(TimeSpan.FromDays(8));
        var young = _time.GetUtcNow();
        (await ListGarbageAsync()).Select(item => (item.Kind, item.Path, item.Blobs, item.Bytes)).ShouldBe(
        [
            (GarbageKind.StagedSource, $"sources/{unneeded}", 1, 5),
            (GarbageKind.StagedSource, $"sources/{ofFailed}", 1, 5),
            (GarbageKind.UploadLeftover, $"sources/{StagedBlocks.UploadingPrefix}0123", 1, 5),
        ]);
        (await ListGarbageAsync()).ShouldAllBe(item => item.Since < young.AddDays(-7));
        (await _account.ListAsync(StorageNames.Containers.Sources)).Count.ShouldBe(5, "asking changes nothing");
        await CollectAsync();

        (await _account.ListAsync(StorageNames.Containers.Sources)).ShouldBe([needed, "README.txt"], ignoreOrder: true);
        (await ListGarbageAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_staged_source_that_an_import_finds_again_meanwhile_stays()
    {
        var source = await StageAsync('d');
        _time.Advance(TimeSpan.FromDays(8));
        var gate = new StorageGate(request => request.StartsWith("DELETE", StringComparison.Ordinal) && request.Contains("/sources/", StringComparison.Ordinal));
        await using var other = await _time.StartAsync(_account, gate);

        // The service collects when it starts.
        await gate.Reached.WaitAsync(CancellationToken);
        (await _account.Container(StorageNames.Containers.Sources).GetBlobClient(source).TryRenewAsync(_time, CancellationToken)).ShouldBeTrue();
        gate.Open();
        await _time.CollectedAsync(CancellationToken);

        (await _account.ListAsync(StorageNames.Containers.Sources)).ShouldContain(source);
    }

    [Fact]
    public async Task An_upload_that_an_import_has_still_to_stage_stays()
    {
        var (upload, import) = (StoredJobs.NewId(), StoredJobs.NewId());
        await UploadAsync(StorageNames.Containers.Sources, $"{StagedBlocks.UploadingPrefix}{upload}");
        await UploadAsync(StorageNames.Containers.Sources, $"{StagedBlocks.UploadingPrefix}{upload}.json");
        await _account.WriteImportAsync(import, "genres", ImportStatus.Staging, upload: upload);
        _time.Advance(TimeSpan.FromDays(8));

        await CollectAsync();
        (await _account.ListAsync(StorageNames.Containers.Sources)).Count.ShouldBe(2);
        await _account.WriteImportAsync(import, "genres", ImportStatus.Failed, _time.GetUtcNow(), upload: upload);
        await CollectAsync();

        (await _account.ListAsync(StorageNames.Containers.Sources)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_upload_that_goes_on_meanwhile_stays()
    {
        var zip = SourceZip.WithTracks(1, "rock").ToBytes();
        var request = new UploadRequest { Dataset = "genres", Profile = "genres", Bytes = zip.Length };
        using var created = await _host!.Client.PostAsJsonAsync("/api/uploads", request, GenreCloudJson.Options, CancellationToken);
        var upload = created.Headers.Location.ShouldNotBeNull();
        _time.Advance(TimeSpan.FromDays(8));
        var gate = new StorageGate(request => request.StartsWith("DELETE", StringComparison.Ordinal) && request.Contains(".json", StringComparison.Ordinal));
        await using var other = await _time.StartAsync(_account, gate);

        // The service collects when it starts.
        await gate.Reached.WaitAsync(CancellationToken);
        using var part = new HttpRequestMessage(HttpMethod.Patch, upload) { Content = new ByteArrayContent(zip[..1000]) };
        part.Headers.Add("Upload-Offset", "0");
        using var stored = await _host.Client.SendAsync(part, CancellationToken);
        stored.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        gate.Open();
        await _time.CollectedAsync(CancellationToken);

        (await _host.Client.GetFromJsonAsync<UploadProgress>(upload, GenreCloudJson.Options, CancellationToken)).ShouldNotBeNull().Offset.ShouldBe(1000);
    }

    [Fact]
    public async Task What_an_import_left_goes_long_after_it_failed_and_its_document_stays()
    {
        var failed = await WriteImportAsync(ImportStatus.Failed);
        var completed = await WriteImportAsync(ImportStatus.Completed);
        var running = await WriteImportAsync(ImportStatus.Reading);

        _time.Advance(TimeSpan.FromDays(7));
        await CollectAsync();
        (await _account.ListAsync(StorageNames.Containers.Imports, failed)).Count.ShouldBe(3);
        _time.Advance(TimeSpan.FromSeconds(1));
        var recent = await WriteImportAsync(ImportStatus.Failed);
        await CollectAsync();

        (await _account.ListAsync(StorageNames.Containers.Imports, failed)).ShouldBe([$"{failed}/import.json"]);
        foreach (var kept in (string[])[completed, running, recent])
        {
            (await _account.ListAsync(StorageNames.Containers.Imports, kept)).Count.ShouldBe(3);
        }

        async Task<string> WriteImportAsync(ImportStatus status)
        {
            var id = StoredJobs.NewId();
            await _account.WriteImportAsync(id, "genres", status, status == ImportStatus.Reading ? null : _time.GetUtcNow());
            await UploadAsync(StorageNames.Containers.Imports, $"{id}/plan.json");
            await UploadAsync(StorageNames.Containers.Imports, $"{id}/partitions/00000.json");
            return id;
        }
    }

    [Fact]
    public async Task A_version_that_was_never_completed_goes_when_its_import_has_ended_long_ago()
    {
        var (failed, running) = (StoredJobs.NewId(), StoredJobs.NewId());
        await _account.WriteImportAsync(failed, "genres", ImportStatus.Failed, _time.GetUtcNow());
        await _account.WriteImportAsync(running, "genres", ImportStatus.Reading);
        var (_, abandoned) = await _account.BeginDatasetAsync("genres", failed, StoredDatasets.Samples(9, "rock"));
        await abandoned.DisposeAsync();
        var (_, unfinished) = await _account.BeginDatasetAsync("genres", running, StoredDatasets.Samples(9, "rock"));
        var complete = await _account.WriteDatasetAsync("genres", StoredDatasets.Samples(9, "rock"));
        _time.Advance(TimeSpan.FromDays(8));

        await CollectAsync();

        (await _account.ListAsync(StorageNames.Containers.Datasets, "genres/1/")).ShouldBe(["genres/1/deletion.json", "genres/1/reservation.json"]);
        (await _account.ListAsync(StorageNames.Containers.Datasets, "genres/2/")).ShouldContain("genres/2/shards/00000.tar");
        var store = await _account.StoreAsync();
        (await store.FindAsync("genres", complete, CancellationToken)).ShouldNotBeNull();
        (await store.ReserveVersionAsync("genres", failed, CancellationToken)).Version.ShouldBe(4, "an import that is done again gets another number than the one that was cleared");

        // The writer of the cleared version was only held up, and has nothing left to write but the manifest.
        var datasets = _account.Container(StorageNames.Containers.Datasets);
        var manifest = (await datasets.GetBlobClient($"genres/{complete}/manifest.json").DownloadContentAsync(CancellationToken)).Value.Content;
        await datasets.GetBlobClient("genres/1/manifest.json").UploadAsync(manifest, CancellationToken);

        (await store.FindAsync("genres", 1, CancellationToken)).ShouldBeNull("its shards are gone");
        (await store.ListVersionsAsync("genres", CancellationToken)).ShouldBe([complete]);
        await CollectAsync();
        (await _account.ListAsync(StorageNames.Containers.Datasets, "genres/1/")).ShouldBe(["genres/1/deletion.json", "genres/1/reservation.json"]);
        await unfinished.DisposeAsync();
    }

    [Fact]
    public async Task A_version_whose_import_is_done_again_meanwhile_stays()
    {
        var import = StoredJobs.NewId();
        await _account.WriteImportAsync(import, "genres", ImportStatus.Failed, _time.GetUtcNow());
        var (_, writer) = await _account.BeginDatasetAsync("genres", import, StoredDatasets.Samples(9, "rock"));
        _time.Advance(TimeSpan.FromDays(8));
        var gate = new StorageGate(request => request.StartsWith("PUT", StringComparison.Ordinal) && request.Contains("/deletion.json", StringComparison.Ordinal));
        await using var other = await _time.StartAsync(_account, gate);
        await gate.Reached.WaitAsync(CancellationToken);

        await _account.WriteImportAsync(import, "genres", ImportStatus.Reading);
        gate.Open();
        await _time.CollectedAsync(CancellationToken);

        await using (writer)
        {
            await writer.CompleteAsync(CancellationToken);
        }

        (await (await _account.StoreAsync()).ListVersionsAsync("genres", CancellationToken)).ShouldBe([1]);
    }

    [Fact]
    public async Task A_sweep_that_is_killed_leaves_nothing_to_read_and_is_done_again()
    {
        await _account.WriteDatasetAsync("genres", StoredDatasets.Samples(9, "rock"));
        using (var deleted = await _host!.Client.DeleteAsync(new Uri("/api/datasets/genres/1", UriKind.Relative), CancellationToken))
        {
            deleted.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        }

        _time.Advance(TimeSpan.FromDays(8));
        var gate = new StorageGate(request => request.StartsWith("DELETE", StringComparison.Ordinal) && request.Contains("/shards/00001.tar", StringComparison.Ordinal));
        await using (var killed = await _time.StartAsync(_account, gate))
        {
            await gate.Reached.WaitAsync(CancellationToken);
        }

        (await _account.ListAsync(StorageNames.Containers.Datasets, "genres/1/")).ShouldBe(
            ["genres/1/deletion.json", "genres/1/reservation.json", "genres/1/shards/00001.tar", "genres/1/shards/00002.tar"]);
        (await (await _account.StoreAsync()).FindAsync("genres", 1, CancellationToken)).ShouldBeNull();
        using (var restored = await _host.Client.PostAsync(new Uri("/api/datasets/genres/1/restore", UriKind.Relative), null, CancellationToken))
        {
            restored.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        }

        (await ListGarbageAsync()).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            item => item.Kind.ShouldBe(GarbageKind.DeletedVersion),
            item => item.Path.ShouldBe("datasets/genres/1/"),
            item => item.Blobs.ShouldBe(2));
        await CollectAsync();
        await CollectAsync();

        (await _account.ListAsync(StorageNames.Containers.Datasets, "genres/1/")).ShouldBe(["genres/1/deletion.json", "genres/1/reservation.json"]);
    }

    [Fact]
    public async Task A_sweep_has_to_have_begun()
    {
        await _account.WriteDatasetAsync("genres", StoredDatasets.Samples(3, "rock"));
        var deletions = _host!.Services.GetRequiredService<DatasetDeletions>();
        await deletions.MarkAsync("genres", 1, CancellationToken);

        await Should.ThrowAsync<InvalidOperationException>(() => deletions.SweepAsync("genres", 1, (_, _) => { }, CancellationToken));

        (await (await _account.StoreAsync()).FindAsync("genres", 1, CancellationToken)).ShouldNotBeNull();
    }

    [Fact]
    public async Task What_is_deleted_is_counted_by_kind()
    {
        await StageAsync('e');
        await StageAsync('f');
        await _account.WriteDatasetAsync("genres", StoredDatasets.Samples(9, "rock"));
        using (var deleted = await _host!.Client.DeleteAsync(new Uri("/api/datasets/genres/1", UriKind.Relative), CancellationToken))
        {
            deleted.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        }

        _time.Advance(TimeSpan.FromDays(8));
        var version = (await ListGarbageAsync()).Single(item => item.Kind == GarbageKind.DeletedVersion);
        using var recording = new TelemetryRecording();

        await CollectAsync();

        var ofGarbage = recording.Instruments.Where(instrument => instrument.Name.StartsWith("genrecloud.garbage.", StringComparison.Ordinal)).ToArray();
        ofGarbage.Length.ShouldBe(2);
        recording.Measurements.ShouldBeAsDocumented(ofGarbage, "GenreCloud.DatasetImport");
        SumsOf("genrecloud.garbage.blobs").ShouldBe(new Dictionary<string, double> { ["deletedVersion"] = version.Blobs, ["stagedSource"] = 2 }, ignoreOrder: true);
        SumsOf("genrecloud.garbage.size").ShouldBe(new Dictionary<string, double> { ["deletedVersion"] = version.Bytes, ["stagedSource"] = 10 }, ignoreOrder: true);

        Dictionary<string, double> SumsOf(string instrument) => recording.Measurements.Where(measurement => measurement.Instrument.Name == instrument)
            .GroupBy(measurement => (string)measurement.Tags["genrecloud.garbage.kind"]!)
            .ToDictionary(group => group.Key, group => group.Sum(measurement => measurement.Value));
    }

    [Fact]
    public async Task One_service_collects_at_a_time_and_again_after_the_interval()
    {
        var lease = await BlobLease.TryAcquireAsync(
            _account.Container(StorageNames.Containers.Imports).GetBlobClient(GarbageWorker.LeaseBlob), TimeSpan.FromSeconds(60), TimeProvider.System, CancellationToken);
        await StageAsync('a');
        await using (lease.ShouldNotBeNull())
        {
            _time.Advance(CollectionTime.Interval);
            await _time.CollectedAsync(CancellationToken);
            (await ListGarbageAsync()).ShouldHaveSingleItem("another one has the lease");
        }

        _time.Advance(CollectionTime.Interval);
        await _time.CollectedAsync(CancellationToken);

        (await _account.ListAsync(StorageNames.Containers.Sources)).ShouldBeEmpty();
    }

    private async Task<string> StageAsync(char digit, string extension = ".zip")
    {
        var name = $"{new string(digit, 64)}{extension}";
        await UploadAsync(StorageNames.Containers.Sources, name);
        return name;
    }

    private async Task UploadAsync(string container, string name) =>
        await _account.Container(container).GetBlobClient(name).UploadAsync(BinaryData.FromString("12345"), CancellationToken);

    private Task CollectAsync() => _host!.Services.GetRequiredService<GarbageCollector>().CollectAsync(CancellationToken);

    private async Task<IReadOnlyList<GarbageItem>> ListGarbageAsync() =>
        (await _host!.Client.GetFromJsonAsync<GarbageItem[]>("/api/garbage", GenreCloudJson.Options, CancellationToken))!;
}
