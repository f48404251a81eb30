using System.IO.Compression;
using GenreCloud.Testing;

namespace GenreCloud.Benchmarks;

/// <summary>The sample dataset of this repository, so that everyone can repeat a measurement.</summary>
internal static class SampleDataset
{
    public static string Path { get; } = System.IO.Path.Combine(RepositoryRoot.Path, "samples", "genres-sample.zip");

    public static byte[] Read(ZipArchiveEntry entry)
    {
        using var content = entry.Open();
        var bytes = new byte[entry.Length];
        content.ReadExactly(bytes);
        return bytes;
    }
}
