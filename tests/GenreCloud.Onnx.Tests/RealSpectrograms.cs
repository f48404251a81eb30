using System.IO.Compression;
using SkiaSharp;

namespace GenreCloud.Onnx.Tests;

/// <summary>Spectrograms of the shared data.</summary>
internal static class RealSpectrograms
{
    /// <summary>Decodes some of an archive of PNGs.</summary>
    /// <returns>uint8 [count,128,1292], spread over the archive and so over its genres.</returns>
    public static byte[] Read(string archivePath, int count)
    {
        using var archive = ZipFile.OpenRead(archivePath);
        var entries = archive.Entries.Where(entry => entry.Name.EndsWith(".png", StringComparison.Ordinal)).ToList();
        var pixels = new byte[count * OnnxClassifier.Pixels];
        for (var index = 0; index < count; index++)
        {
            using var stream = entries[index * entries.Count / count].Open();
            using var bitmap = SKBitmap.Decode(stream);
            bitmap.ColorType.ShouldBe(SKColorType.Gray8);
            (bitmap.Height, bitmap.Width, bitmap.RowBytes).ShouldBe((OnnxClassifier.Height, OnnxClassifier.Width, OnnxClassifier.Width));
            bitmap.GetPixelSpan().CopyTo(pixels.AsSpan(index * OnnxClassifier.Pixels));
        }

        return pixels;
    }
}
