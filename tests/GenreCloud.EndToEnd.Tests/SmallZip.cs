using System.IO.Compression;
using GenreCloud.Testing;

namespace GenreCloud.EndToEnd.Tests;

/// <summary>A part of the sample that comes with the program, for tests to which it does not matter how much is learnt.</summary>
internal static class SmallZip
{
    /// <summary>Spectrograms of each of the sample's ten genres.</summary>
    private const int PerGenre = 3;

    public static async Task WriteAsync(string path, CancellationToken cancellationToken)
    {
        await using var sample = await ZipFile.OpenReadAsync(Path.Combine(RepositoryRoot.Path, "samples", "genres-sample.zip"), cancellationToken);
        await using var small = await ZipFile.OpenAsync(path, ZipArchiveMode.Create, cancellationToken);
        var pictures = sample.Entries
            .Where(entry => entry.Name.EndsWith(".png", StringComparison.Ordinal))
            .GroupBy(entry => entry.FullName.Split('/')[0])
            .SelectMany(genre => genre.Take(PerGenre));
        foreach (var entry in sample.Entries.Where(entry => entry.Name.EndsWith(".csv", StringComparison.Ordinal)).Concat(pictures))
        {
            await using var from = await entry.OpenAsync(cancellationToken);
            await using var to = await small.CreateEntry(entry.FullName, CompressionLevel.NoCompression).OpenAsync(cancellationToken);
            await from.CopyToAsync(to, cancellationToken);
        }
    }
}
