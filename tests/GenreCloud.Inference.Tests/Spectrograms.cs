using System.IO.Compression;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;
using GenreCloud.Testing;

namespace GenreCloud.Inference.Tests;

/// <summary>Real spectrograms of the shared data.</summary>
internal static class Spectrograms
{
    private const int Count = 8;

    private static readonly Lazy<byte[][]> All = new(() => Read(Count));

    /// <summary>PNG files, spread over the genres.</summary>
    public static IReadOnlyList<byte[]> Pngs => All.Value;

    /// <summary>So many PNG files, spread over the genres.</summary>
    public static byte[][] Read(int count)
    {
        using var archive = ZipFile.OpenRead(SharedData.Require("genres-train.zip"));
        var entries = archive.Entries.Where(entry => entry.Name.EndsWith(".png", StringComparison.Ordinal)).ToList();
        return
        [
            .. Enumerable.Range(0, count).Select(index =>
            {
                using var entry = entries[index * entries.Count / count].Open();
                using var png = new MemoryStream();
                entry.CopyTo(png);
                return png.ToArray();
            }),
        ];
    }

    /// <returns>uint8 [128,1292].</returns>
    public static byte[] PixelsOf(byte[] png)
    {
        var pixels = new byte[SpectrogramFormat.Pixels];
        SpectrogramPng.Read(png, pixels);
        return pixels;
    }
}
