using System.Globalization;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;
using GenreCloud.Datasets.Samples;
using GenreCloud.Storage;
using GenreCloud.Testing;

namespace GenreCloud.Browser.Tests;

/// <summary>A dataset version of any number of samples, with few and small spectrograms.</summary>
internal static class ManySamples
{
    private const int Labels = 10;
    private const int Pictures = 100;

    /// <summary>What a sample is called in lists, by its place.</summary>
    public static string Title(int place) => string.Create(CultureInfo.InvariantCulture, $"Track {place}");

    public static async Task WriteAsync(StorageAccount account, string dataset, int count, CancellationToken cancellationToken)
    {
        var container = account.Blobs.GetBlobContainerClient(StorageNames.Containers.Datasets);
        await container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        var store = new DatasetStore(container, TimeProvider.System);
        await using var writer = store.CreateWriter(
            await store.ReserveVersionAsync(dataset, "import", cancellationToken),
            new DatasetWriterOptions
            {
                Profile = "genres",
                Source = new DatasetSource { FileName = "many.zip", Sha256 = new string('0', 64), Bytes = 1 },
                Producer = "test",
            });
        (byte[] Png, string Hash)[] pictures = [.. Enumerable.Range(0, Pictures).Select(Make)];
        for (var place = 0; place < count; place++)
        {
            var (png, hash) = pictures[place % Pictures];
            var description = new SampleDescription
            {
                Id = place.ToString("D7", CultureInfo.InvariantCulture),
                Label = $"genre {place % Labels}",
                Artists = [$"Artist {place / Labels}"],
                Title = Title(place),
            };
            await writer.AddAsync(description, png, hash, cancellationToken);
        }

        await writer.CompleteAsync(cancellationToken);
    }

    private static (byte[] Png, string Hash) Make(int number)
    {
        var pixels = new byte[SpectrogramFormat.Pixels];
        pixels.AsSpan(SpectrogramFormat.Pixels / Pictures * number).Fill(200);
        return (SpectrogramPng.Encode(pixels), Sample.HashPixels(pixels));
    }
}
