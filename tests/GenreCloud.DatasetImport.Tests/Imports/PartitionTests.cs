using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.DatasetImport.Tests.Sources;
using GenreCloud.Storage;
using GenreCloud.Testing;

namespace GenreCloud.DatasetImport.Tests.Imports;

/// <summary>An archive in many partitions, on two services at once.</summary>
public sealed class PartitionTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private const int Tracks = 24;

    private readonly StorageAccount _account = azurite.NewAccount();

    private ServiceHost? _host;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    private ServiceHost Host => _host ?? throw new InvalidOperationException("The service has not been started.");

    public async ValueTask InitializeAsync() => _host = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
    }

    [Fact]
    public async Task Partitions_of_any_number_of_workers_make_one_version_in_the_order_of_the_archive()
    {
        await using var other = await StartAsync();
        var zip = Zip();

        var manifest = await Host.ImportAsync("parted", zip);

        manifest.Samples.ShouldBe(Tracks);
        manifest.Shards.Count.ShouldBeGreaterThan(5);
        var samples = await Host.GetSamplesAsync("parted", 1);
        samples.Select(sample => sample.Id).ShouldBe(Enumerable.Range(0, Tracks).Select(track => $"track{track}"));
        samples.Select(sample => sample.Shard).ShouldBeInOrder();
        samples.Select(sample => sample.Shard).Distinct().ShouldBe(Enumerable.Range(0, manifest.Shards.Count));
        foreach (var (track, sample) in samples.Index())
        {
            var png = await Host.Client.GetByteArrayAsync(new Uri($"/api/datasets/parted/1/samples/{sample.Id}.png", UriKind.Relative), CancellationToken);
            png.ShouldBe(TestPng.Spectrogram(track));
        }
    }

    [Fact]
    public async Task A_partition_without_a_good_picture_has_no_shard()
    {
        var zip = new SourceZip().Track("first", "rock", TestPng.Spectrogram(1));
        for (var bad = 0; bad < 4; bad++)
        {
            var png = TestPng.Spectrogram(2 + bad);
            png[^20] ^= 1;
            zip.Track($"bad{bad}", "rock", png);
        }

        var manifest = await Host.ImportAsync("gap", zip.Track("last", "rock", TestPng.Spectrogram(9)).ToBytes());

        (manifest.Samples, manifest.Shards.Count).ShouldBe((2, 2));
        var last = (await Host.GetSamplesAsync("gap", 1))[1];
        last.Shard.ShouldBe(1);
        (await Host.Client.GetByteArrayAsync(new Uri("/api/datasets/gap/1/samples/last.png", UriKind.Relative), CancellationToken)).ShouldBe(TestPng.Spectrogram(9));
    }

    [Fact]
    public async Task Progress_comes_as_events_and_ends_with_the_import()
    {
        var import = await Host.UploadAsync("followed", Zip());

        await using var stream = await Host.Client.GetStreamAsync(new Uri($"/api/imports/{import.Id}/events", UriKind.Relative), CancellationToken);
        var events = await SseParser.Create(stream).EnumerateAsync(CancellationToken).ToListAsync(CancellationToken);

        events.Select(told => told.EventType).Distinct().ShouldBe(["progress", "end"]);
        var moved = events.Where(told => told.EventType == "progress").Select(told => JsonDocument.Parse(told.Data).RootElement).ToList();
        moved.Select(step => step.GetProperty("progress").GetProperty("entries").GetInt32()).ShouldBeInOrder();
        moved.ShouldAllBe(step => step.GetProperty("status").GetString() != "completed", "that it ended comes with its result");
        var end = JsonSerializer.Deserialize<Import>(events[^1].Data, GenreCloudJson.Options).ShouldNotBeNull();
        (end.Id, end.Status, end.Progress.Entries, end.Progress.TotalEntries).ShouldBe((import.Id, ImportStatus.Completed, Tracks, Tracks));
        end.Progress.Bytes.ShouldBe(end.Progress.TotalBytes);
        end.Partitions.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_cancelled_import_makes_no_version_until_it_is_retried()
    {
        var account = azurite.NewAccount();
        var traffic = new StorageTraffic { HeldWrite = "/shards/00003.tar" };
        Import import;
        await using (var held = await StartAsync(account, traffic))
        {
            import = await held.UploadAsync("cancelled", Zip());
            await traffic.Holding.WaitAsync(CancellationToken);

            using var cancelled = await held.Client.DeleteAsync(new Uri($"/api/imports/{import.Id}", UriKind.Relative), CancellationToken);

            (await cancelled.Content.ReadFromJsonAsync<Import>(GenreCloudJson.Options, CancellationToken)).ShouldNotBeNull().Status.ShouldBe(ImportStatus.Cancelled);
            using var again = await held.Client.DeleteAsync(new Uri($"/api/imports/{import.Id}", UriKind.Relative), CancellationToken);
            again.StatusCode.ShouldBe(HttpStatusCode.OK);
            await traffic.Released.WaitAsync(CancellationToken);
        }

        await using var host = await StartAsync(account, traffic: null);
        (await host.GetImportAsync(import.Id)).Status.ShouldBe(ImportStatus.Cancelled);
        using var retried = await host.Client.PostAsync(new Uri($"/api/imports/{import.Id}/retry", UriKind.Relative), content: null, CancellationToken);
        retried.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var ended = await host.EndOfAsync(import);

        (ended.Status, ended.Version, ended.Progress.Imported).ShouldBe((ImportStatus.Completed, 1, Tracks));
        using var late = await host.Client.DeleteAsync(new Uri($"/api/imports/{import.Id}", UriKind.Relative), CancellationToken);
        (await late.ShouldBeProblemAsync(HttpStatusCode.Conflict)).Detail.ShouldContain("ended");
        using var needless = await host.Client.PostAsync(new Uri($"/api/imports/{import.Id}/retry", UriKind.Relative), content: null, CancellationToken);
        (await needless.ShouldBeProblemAsync(HttpStatusCode.Conflict)).Detail.ShouldContain("version 1 of cancelled");
    }

    [Fact]
    public async Task A_failed_import_that_is_retried_goes_on_from_what_is_staged()
    {
        using var folder = new TemporaryFolder();
        var zip = new ImportSource { Path = folder.Write("pictures.zip", SourceZip.WithTracks(3, "rock").ToBytesWithoutLabels()) };
        var labels = new ImportSource { Path = folder.Write("labels.csv", []) };
        var failed = await Host.StartImportAsync("retried", zip, labels);
        (await Host.FailureOfAsync(failed)).Title.ShouldContain("labels");
        await File.WriteAllBytesAsync(zip.Path!, [], CancellationToken);

        using var retried = await Host.Client.PostAsync(new Uri($"/api/imports/{failed.Id}/retry", UriKind.Relative), content: null, CancellationToken);
        var again = await Host.FailureOfAsync(failed);

        retried.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        again.Title.ShouldContain("labels", customMessage: "the empty zip is not staged again");
    }

    [Fact]
    public async Task An_unknown_import_can_neither_be_followed_nor_cancelled_nor_retried()
    {
        var path = $"/api/imports/{Guid.NewGuid():n}";
        using var followed = await Host.Client.GetAsync(new Uri($"{path}/events", UriKind.Relative), CancellationToken);
        using var cancelled = await Host.Client.DeleteAsync(new Uri(path, UriKind.Relative), CancellationToken);
        using var retried = await Host.Client.PostAsync(new Uri($"{path}/retry", UriKind.Relative), content: null, CancellationToken);

        foreach (var answer in (HttpResponseMessage[])[followed, cancelled, retried])
        {
            await answer.ShouldBeProblemAsync(HttpStatusCode.NotFound);
        }
    }

    private static byte[] Zip() => SourceZip.WithTracks(Tracks, "rock", "jazz").ToBytes();

    private Task<ServiceHost> StartAsync() => StartAsync(_account, traffic: null);

    private static Task<ServiceHost> StartAsync(StorageAccount account, StorageTraffic? traffic) => ImportService.StartAsync(
        account, builder => traffic?.Watch(builder, account), allowLocalPaths: true, allowPrivateAddresses: true, ("DatasetImport:PartitionBytes", $"{3 * TestPng.Spectrogram(0).Length}"));
}
