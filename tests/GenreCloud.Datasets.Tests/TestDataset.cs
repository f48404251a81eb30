using GenreCloud.Datasets.Png;
using GenreCloud.Datasets.Samples;
using GenreCloud.Datasets.Tests.Png;
using GenreCloud.Storage;
using GenreCloud.Testing;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]

namespace GenreCloud.Datasets.Tests;

/// <summary>A container of its own, and a few synthetic spectrograms to fill it with.</summary>
internal static class TestDataset
{
    public const int Samples = 7;

    public static DatasetWriterOptions Options { get; } = new()
    {
        Profile = "genres",
        Source = new DatasetSource { FileName = "genres.zip", Sha256 = "aa", Bytes = 1 },
        Producer = "tests",
        ShardTargetBytes = 400_000,
    };

    public static async Task<DatasetStore> CreateStoreAsync(StorageAccount account, TimeProvider? time = null)
    {
        var container = account.Blobs.GetBlobContainerClient(StorageNames.Containers.Datasets);
        await container.CreateIfNotExistsAsync(cancellationToken: TestContext.Current.CancellationToken);
        return new DatasetStore(container, time ?? TimeProvider.System);
    }

    private static readonly Lazy<byte[]>[] AllPixels = [.. Enumerable.Range(0, Samples).Select(sample => new Lazy<byte[]>(() => PngSamples.Spectrogram(sample)))];
    private static readonly Lazy<byte[]>[] AllPngs = [.. Enumerable.Range(0, Samples).Select(sample => new Lazy<byte[]>(() => SpectrogramPng.Encode(Pixels(sample))))];

    public static byte[] Pixels(int sample) => AllPixels[sample].Value;

    public static byte[] Png(int sample) => AllPngs[sample].Value;

    public static SampleDescription Description(int sample) => new()
    {
        Id = $"s{sample}",
        Label = sample % 3 == 0 ? "rock" : "jazz",
        Artists = [$"artist {sample / 2}"],
        Tabular = sample % 2 == 0 ? new Dictionary<string, float> { ["tempo"] = 100 + sample } : [],
    };

    public static async Task AddAsync(this DatasetWriter writer, int sample)
        => await writer.AddAsync(
            Description(sample), Png(sample), Sample.HashPixels(Pixels(sample)), TestContext.Current.CancellationToken);

    /// <summary>A complete version of <see cref="Samples"/> samples in several shards.</summary>
    public static async Task<DatasetReader> WriteAsync(this DatasetStore store, string name = "genres")
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var reservation = await store.ReserveVersionAsync(name, "import-1", cancellationToken);
        await using var writer = store.CreateWriter(reservation, Options);
        for (var sample = 0; sample < Samples; sample++)
        {
            await writer.AddAsync(sample);
        }

        await writer.CompleteAsync(cancellationToken);
        return (await store.FindAsync(name, reservation.Version, cancellationToken)).ShouldNotBeNull();
    }
}
