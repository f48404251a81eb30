using System.IO.Compression;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;

namespace GenreCloud.Client.Tests.Imports;

/// <summary>A zip in the layout of profile folders: three pictures, one without anything on it, and one that is cut off.</summary>
internal static class SmallZip
{
    public const string Damaged = "jazz/damaged.png";

    /// <param name="seed">Another one makes other pictures.</param>
    public static byte[] ToBytes(int seed = 1)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, "jazz/one.png", PictureOf(seed));
            Add(zip, "jazz/two.png", PictureOf(seed + 1));
            Add(zip, "r&b/<i>three.png", PictureOf(seed + 2));
            Add(zip, "jazz/blank.png", GrayPng.Encode(new byte[SpectrogramFormat.Pixels], SpectrogramFormat.Frames, SpectrogramFormat.MelBands));
            Add(zip, Damaged, CutOff(seed + 3));
        }

        return bytes.ToArray();
    }

    /// <summary>A spectrogram, as a file.</summary>
    public static byte[] PictureOf(int seed)
    {
        var pixels = new byte[SpectrogramFormat.Pixels];
        new Random(seed).NextBytes(pixels);
        return GrayPng.Encode(pixels, SpectrogramFormat.Frames, SpectrogramFormat.MelBands);
    }

    public static byte[] CutOff(int seed) => PictureOf(seed)[..1000];

    private static void Add(ZipArchive zip, string name, byte[] content)
    {
        using var entry = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
        entry.Write(content);
    }
}
