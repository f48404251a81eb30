using System.IO.Compression;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;
using GenreCloud.Datasets.Samples;
using GenreCloud.Storage;
using GenreCloud.Testing;

namespace GenreCloud.Training.Tests;

/// <summary>A dataset version of a few real spectrograms of the shared data; every clip has an artist of its own.</summary>
internal static class SmallDataset
{
    public const string Name = "small";

    /// <summary>Spectrograms of each genre.</summary>
    public const int ClipsPerGenre = 8;

    public static Task<DatasetManifest> WriteAsync(StorageAccount account, params string[] genres) =>
        WriteAsync(account, ClipsPerGenre, _ => [], genres);

    /// <param name="clipsPerGenre">Spectrograms of each genre.</param>
    /// <param name="tabular">The tabular columns of each spectrogram, by its place.</param>
    public static Task<DatasetManifest> WriteAsync(
        StorageAccount account, int clipsPerGenre, Func<int, Dictionary<string, float>> tabular, params string[] genres) =>
        WriteAsync(account, clipsPerGenre, tabular, artist: null, genres);

    /// <param name="artist">The artist of each spectrogram, by its place; null for one of its own.</param>
    /// <inheritdoc cref="WriteAsync(StorageAccount, int, Func{int, Dictionary{string, float}}, string[])"/>
    public static async Task<DatasetManifest> WriteAsync(
        StorageAccount account, int clipsPerGenre, Func<int, Dictionary<string, float>> tabular, Func<int, string>? artist, params string[] genres)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var container = account.Blobs.GetBlobContainerClient(StorageNames.Containers.Datasets);
        await container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        var store = new DatasetStore(container, TimeProvider.System);
        var reservation = await store.ReserveVersionAsync(Name, "tests", cancellationToken);
        await using var writer = store.CreateWriter(
            reservation,
            new DatasetWriterOptions
            {
                Profile = "genres",
                Source = new DatasetSource { FileName = "genres-train.zip", Sha256 = new string('0', 64), Bytes = 1 },
                Producer = "tests",
            });

        await using var archive = await ZipFile.OpenReadAsync(SharedData.Require("genres-train.zip"), cancellationToken);
        var pixels = new byte[SpectrogramFormat.Pixels];
        var count = 0;
        foreach (var genre in genres)
        {
            var clips = archive.Entries.Where(entry => entry.FullName.StartsWith($"{genre}/", StringComparison.Ordinal) && entry.Length > 0).Take(clipsPerGenre);
            foreach (var clip in clips)
            {
                await using var file = await clip.OpenAsync(cancellationToken);
                using var png = new MemoryStream();
                await file.CopyToAsync(png, cancellationToken);
                SpectrogramPng.Read(png.ToArray(), pixels);
                var id = Path.GetFileNameWithoutExtension(clip.Name);
                await writer.AddAsync(
                    new SampleDescription { Id = id, Label = genre, Artists = [artist?.Invoke(count) ?? $"artist of {id}"], Tabular = tabular(count++) },
                    png.ToArray(),
                    Sample.HashPixels(pixels),
                    cancellationToken);
            }
        }

        return await writer.CompleteAsync(cancellationToken);
    }
}
