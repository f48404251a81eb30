using System.IO.Compression;
using GenreCloud.Testing;

namespace GenreCloud.Benchmarks;

/// <summary>The sample dataset of this repository, so that everyone can repeat a measurement.</summary>
internal static class SampleDataset
{
    public static string Path { get; } = System.IO.Path.Combine(RepositoryRoot.Path, "samples", "genres-sample.zip");

    /// <summary>Its first pictures, as files.</summary>
    public static List<byte[]> ReadPngs(int count)
    {
        using var archive = ZipFile.OpenRead(Path);
        return [.. archive.Entries.Where(entry => entry.Name.EndsWith(".png", StringComparison.Ordinal)).Take(count).Select(Read)];
    }

    public static byte[] Read(ZipArchiveEntry entry)
    {
        using var content = entry.Open();
        var bytes = new byte[entry.Length];
        content.ReadExactly(bytes);
        return bytes;
    }
}
