using System.IO.Compression;
using Azure.Storage.Blobs;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;
using GenreCloud.Datasets.Samples;
using GenreCloud.Storage;
using GenreCloud.Testing;

namespace GenreCloud.Benchmarks;

/// <summary>A dataset version of an archive's pictures, again and again until there are enough, in a storage account.</summary>
internal static class StoredDataset
{
    private const string Name = "benchmark";

    public static async Task WriteAsync(StorageAccount account, string zip, int pictures)
    {
        var container = account.Blobs.GetBlobContainerClient(StorageNames.Containers.Datasets);
        await container.CreateIfNotExistsAsync();
        var store = new DatasetStore(container, TimeProvider.System);
        await using var writer = store.CreateWriter(
            await store.ReserveVersionAsync(Name, "benchmark", CancellationToken.None),
            new DatasetWriterOptions
            {
                Profile = "genres",
                Source = new DatasetSource { FileName = Path.GetFileName(zip), Sha256 = new string('0', 64), Bytes = new FileInfo(zip).Length },
                Producer = "benchmark",
            });
        await using var archive = await ZipFile.OpenReadAsync(zip);
        var entries = archive.Entries.Where(entry => entry.Name.EndsWith(".png", StringComparison.Ordinal))
            .Select(entry => (Label: entry.FullName.Split('/')[0], Png: SampleDataset.Read(entry)))
            .ToArray();
        var pixels = new byte[SpectrogramFormat.Pixels];
        var hashes = new string[entries.Length];
        for (var picture = 0; picture < pictures; picture++)
        {
            var (label, png) = entries[picture % entries.Length];
            if (picture < entries.Length)
            {
                SpectrogramPng.Read(png, pixels);
                hashes[picture] = Sample.HashPixels(pixels);
            }

            var description = new SampleDescription { Id = $"{picture}", Label = label, Artists = [$"artist {picture % 100}"] };
            await writer.AddAsync(description, png, hashes[picture % entries.Length], CancellationToken.None);
        }

        await writer.CompleteAsync(CancellationToken.None);
    }

    public static async Task<DatasetReader> OpenAsync(string connectionString)
    {
        var container = new BlobServiceClient(connectionString).GetBlobContainerClient(StorageNames.Containers.Datasets);
        return await new DatasetStore(container, TimeProvider.System).FindAsync(Name, 1, CancellationToken.None)
            ?? throw new InvalidOperationException("The benchmark's dataset is not there.");
    }
}
