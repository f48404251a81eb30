using System.IO.Compression;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;
using GenreCloud.Testing;

namespace GenreCloud.Inference.Tests;

/// <summary>Real spectrograms of the shared data.</summary>
internal static class Spectrograms
{
    private const int Count = 8;

    private static readonly Lazy<byte[][]> All = new(() => Read(SharedData.Require("genres-train.zip")));

    /// <summary>PNG files, spread over the genres.</summary>
    public static IReadOnlyList<byte[]> Pngs => All.Value;

    /// <returns>uint8 [128,1292].</returns>
    public static byte[] PixelsOf(byte[] png)
    {
        var pixels = new byte[SpectrogramFormat.Pixels];
        SpectrogramPng.Read(png, pixels);
        return pixels;
    }

    private static byte[][] Read(string archivePath)
    {
        using var archive = ZipFile.OpenRead(archivePath);
        var entries = archive.Entries.Where(entry => entry.Name.EndsWith(".png", StringComparison.Ordinal)).ToList();
        return
        [
            .. Enumerable.Range(0, Count).Select(index =>
            {
                using var entry = entries[index * entries.Count / Count].Open();
                using var png = new MemoryStream();
                entry.CopyTo(png);
                return png.ToArray();
            }),
        ];
    }
}
