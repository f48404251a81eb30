using System.Collections.Concurrent;
using System.IO.Compression;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.Testing;

namespace GenreCloud.DatasetImport.Tests.Imports;

/// <summary>The real zip of 525 spectrograms: what comes out is what went in, and nothing is fetched twice on the way.</summary>
public sealed class RealDatasetTests(AzuriteFixture azurite)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_real_dataset_comes_in_whole_and_its_progress_can_be_watched()
    {
        var path = SharedData.Require("genres-train.zip");
        var account = azurite.NewAccount();
        var traffic = new StorageTraffic();
        await using var host = await ImportService.StartAsync(account, builder => traffic.Watch(builder, account));

        var seen = new List<Import>();
        var import = await host.WaitForAsync(
            await host.StartImportAsync("genres", new ImportSource { Path = path }),
            current =>
            {
                seen.Add(current);
                return current.HasEnded;
            });

        import.Error.ShouldBeNull();
        (import.Progress.Imported, import.Progress.Quarantined).ShouldBe((525, 0));
        seen.Select(current => current.Progress.Entries).ShouldBeInOrder();
        seen.Select(current => current.Progress.StagedBytes).ShouldBeInOrder();
        seen.Select(current => current.Status).ShouldBeInOrder();
        var underWay = seen.Where(current => current.Progress.Entries is > 0 and < 525).ToArray();
        underWay.ShouldNotBeEmpty();
        underWay.ShouldAllBe(current => current.Progress.TotalEntries == 525 && current.Progress.EntriesPerSecond > 0);

        // The whole zip once, in windows of 8 MB, and its directory and labels at the end.
        var zipBytes = new FileInfo(path).Length;
        traffic.SourceBytes.ShouldBeLessThan(zipBytes + (8 << 20));
        traffic.SourceReads.ShouldBeLessThan(20);

        var manifest = await host.GetManifestAsync("genres", 1);
        manifest.Samples.ShouldBe(525);
        manifest.Labels.ShouldBe(["classical", "folk", "house", "jazz", "metal", "pop", "r&b", "rap", "rock", "techno"]);
        manifest.Shards.Count.ShouldBe(2, "partitions of 32 MB");
        manifest.Flagged.ShouldBeEmpty("no two clips of different artists are the same music, and none is silent");
        await ShouldHaveTheSamePicturesAsync(host, path);
    }

    private static async Task ShouldHaveTheSamePicturesAsync(ServiceHost host, string path)
    {
        var different = new ConcurrentBag<string>();
        await using var zip = await ZipFile.OpenReadAsync(path, CancellationToken);
        var pictures = zip.Entries.Where(entry => entry.Name.EndsWith(".png", StringComparison.Ordinal)).Select(entry =>
        {
            using var content = entry.Open();
            var png = new byte[entry.Length];
            content.ReadExactly(png);
            return (entry.Name, Png: png);
        });
        await Parallel.ForEachAsync(
            pictures,
            new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = CancellationToken },
            async (picture, cancellationToken) =>
            {
                var served = await host.Client.GetByteArrayAsync(
                    new Uri($"/api/datasets/genres/1/samples/{picture.Name}", UriKind.Relative), cancellationToken);
                if (!served.AsSpan().SequenceEqual(picture.Png))
                {
                    different.Add(picture.Name);
                }
            });
        different.ShouldBeEmpty();
    }
}
