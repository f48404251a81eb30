using System.Net.Http.Json;
using GenreCloud.DatasetImport.Garbage;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.DatasetImport.Tests.Sources;
using GenreCloud.Storage;
using GenreCloud.Testing;

namespace GenreCloud.DatasetImport.Tests.Garbage;

/// <summary>Shards that a complete version does not name.</summary>
public sealed class OrphanedShardTests(AzuriteFixture azurite)
{
    private readonly StorageAccount _account = azurite.NewAccount();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_shard_of_nothing_but_duplicates_goes_and_the_others_stay()
    {
        using var folder = new TemporaryFolder();
        var first = SourceZip.WithTracks(4, "rock");
        var second = new SourceZip();
        for (var copy = 0; copy < 4; copy++)
        {
            second.Track($"copy{copy}", "rock", TestPng.Spectrogram(copy));
        }

        second.Track("new", "rock", TestPng.Spectrogram(10));
        await using var host = await ImportService.StartAsync(
            _account, configure: null, allowLocalPaths: true, allowPrivateAddresses: true, ("DatasetImport:PartitionBytes", $"{5 * TestPng.Spectrogram(0).Length / 2}"));
        var request = new ImportRequest
        {
            Dataset = "orphans",
            Profile = "genres",
            Sources = [new() { Path = folder.Write("a.zip", first.ToBytes()) }, new() { Path = folder.Write("b.zip", second.ToBytes()) }],
        };
        using var accepted = await host.Client.PostAsJsonAsync("/api/imports", request, GenreCloudJson.Options, CancellationToken);
        var import = (await accepted.Content.ReadFromJsonAsync<Import>(GenreCloudJson.Options, CancellationToken)).ShouldNotBeNull();
        (await host.EndOfAsync(import)).Error.ShouldBeNull();
        var manifest = await host.GetManifestAsync("orphans", 1);
        var named = manifest.Shards.Select(shard => $"orphans/1/{shard.File}").ToArray();
        string[] orphans = [.. (await ShardsAsync()).Except(named)];
        (manifest.Samples, named.Length, orphans.Length).ShouldBe((5, 3, 2));

        var time = new CollectionTime();
        await using (var early = await time.StartAsync(_account))
        {
            await time.CollectedAsync(CancellationToken);
            (await ShardsAsync()).Count.ShouldBe(5, "all of them are young");
            time.Advance(TimeSpan.FromDays(8));
            var garbage = await early.Client.GetFromJsonAsync<GarbageItem[]>("/api/garbage", GenreCloudJson.Options, CancellationToken);
            garbage.ShouldNotBeNull().Where(item => item.Kind == GarbageKind.OrphanedShard).Select(item => item.Path)
                .ShouldBe(orphans.Select(shard => $"{StorageNames.Containers.Datasets}/{shard}"));
        }

        await using var late = await time.StartAsync(_account);
        await time.CollectedAsync(CancellationToken);

        (await ShardsAsync()).ShouldBe(named);
        foreach (var (id, seed) in ((string, int)[])[("track0", 0), ("track3", 3), ("new", 10)])
        {
            (await host.Client.GetByteArrayAsync(new Uri($"/api/datasets/orphans/1/samples/{id}.png", UriKind.Relative), CancellationToken)).ShouldBe(TestPng.Spectrogram(seed));
        }
    }

    private Task<IReadOnlyList<string>> ShardsAsync() => _account.ListAsync(StorageNames.Containers.Datasets, "orphans/1/shards/");
}
