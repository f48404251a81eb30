using Azure.Storage.Blobs;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Samples;
using GenreCloud.Storage;
using GenreCloud.Testing;

namespace GenreCloud.DatasetImport.Tests;

/// <summary>Dataset versions in an account's storage that no import has made: of a few bytes instead of pictures.</summary>
internal static class StoredDatasets
{
    private static readonly DatasetWriterOptions Options = new()
    {
        Profile = "genres",
        Source = new DatasetSource { FileName = "genres.zip", Sha256 = new string('a', 64), Bytes = 7 },
        Producer = "tests",
        ShardTargetBytes = 20_000,
    };

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    /// <summary>What stands for the picture of a sample.</summary>
    public static byte[] PictureOf(string id) => [.. Enumerable.Repeat((byte)id.Length, 5_000)];

    /// <summary>Samples s000, s001 and so on, in turn of the labels; every other one has a second artist and a title.</summary>
    public static IEnumerable<Sample> Samples(int count, params string[] labels) => Enumerable.Range(0, count).Select(index => new Sample
    {
        Id = $"s{index:D3}",
        Label = labels[index % labels.Length],
        Artists = index % 2 == 0 ? [$"Artist {index / 4}"] : [$"Artist {index / 4}", "Guest"],
        Collection = "a playlist",
        Title = index % 2 == 0 ? null : $"Song {index}",
        Tabular = new Dictionary<string, float> { ["tempo"] = 100 + index },
        Shard = 0,
        Offset = 0,
        Length = 0,
        PixelsSha256 = $"{index:x64}",
    });

    public static async Task<DatasetStore> StoreAsync(this StorageAccount account, TimeProvider? time = null)
    {
        var container = account.Container(StorageNames.Containers.Datasets);
        await container.CreateIfNotExistsAsync(cancellationToken: CancellationToken);
        return new DatasetStore(container, time ?? TimeProvider.System);
    }

    public static BlobContainerClient Container(this StorageAccount account, string name) => account.Blobs.GetBlobContainerClient(name);

    /// <summary>A complete version.</summary>
    /// <returns>Its number.</returns>
    public static async Task<int> WriteDatasetAsync(this StorageAccount account, string name, IEnumerable<Sample> samples)
    {
        var (version, writer) = await BeginDatasetAsync(account, name, "tests", samples);
        await using (writer)
        {
            await writer.CompleteAsync(CancellationToken);
        }

        return version;
    }

    /// <summary>A version of which the shards are written and nothing else.</summary>
    public static async Task<(int Version, DatasetWriter Writer)> BeginDatasetAsync(
        this StorageAccount account, string name, string owner, IEnumerable<Sample> samples)
    {
        var store = await account.StoreAsync();
        var reservation = await store.ReserveVersionAsync(name, owner, CancellationToken);
        var writer = store.CreateWriter(reservation, Options);
        foreach (var sample in samples)
        {
            await writer.AddAsync(sample, PictureOf(sample.Id), sample.PixelsSha256, CancellationToken);
        }

        return (reservation.Version, writer);
    }

    /// <summary>The blobs of a container whose names begin so.</summary>
    public static async Task<IReadOnlyList<string>> ListAsync(this StorageAccount account, string container, string prefix = "")
    {
        var names = new List<string>();
        await foreach (var blob in account.Container(container).GetBlobsAsync(new() { Prefix = prefix }, CancellationToken))
        {
            names.Add(blob.Name);
        }

        return names;
    }
}
