using System.IO.Compression;
using System.Text;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;
using GenreCloud.Testing;

namespace GenreCloud.Browser.Tests;

/// <summary>
/// Two zips of pictures in folders, which make two versions of a dataset that differ in every way. The second has what an import leaves out, a picture and a text,
/// and what it flags, a near-duplicate.
/// </summary>
internal static class ChangedArchives
{
    /// <summary>A whole picture, but no spectrogram: it is narrower than one.</summary>
    public const string LeftOutPicture = "jazz/narrow.png";

    /// <summary>Named like a picture.</summary>
    public const string LeftOutText = "jazz/text.png";

    /// <summary>Of <see cref="LeftOutPicture"/>, in pixels.</summary>
    public const int LeftOutWidth = 200;

    private static readonly string[] Genres = ["jazz", "metal", "techno"];

    public static async Task WriteAsync(string first, string second, CancellationToken cancellationToken)
    {
        var pictures = await ReadSampleAsync(cancellationToken);
        var (jazz, metal, techno) = (pictures["jazz"], pictures["metal"], pictures["techno"]);
        await WriteAsync(
            first,
            [("jazz/a.png", jazz[0]), ("jazz/b.png", jazz[1]), ("metal/c.png", metal[0]), ("metal/d.png", metal[1]), ("techno/e.png", techno[0]), ("techno/f.png", techno[1])],
            cancellationToken);

        // b is relabelled, c is removed, e has another picture, g is added.
        await WriteAsync(
            second,
            [
                ("jazz/a.png", jazz[0]), ("metal/b.png", jazz[1]), ("metal/d.png", metal[1]), ("techno/e.png", techno[2]), ("techno/f.png", techno[1]), ("jazz/g.png", jazz[2]),
                ("techno/louder.png", Louder(jazz[0])), (LeftOutPicture, Narrow()), (LeftOutText, Encoding.UTF8.GetBytes("This is no picture.")),
            ],
            cancellationToken);
    }

    private static async Task<Dictionary<string, byte[][]>> ReadSampleAsync(CancellationToken cancellationToken)
    {
        await using var sample = await ZipFile.OpenReadAsync(Path.Combine(RepositoryRoot.Path, "samples", "genres-sample.zip"), cancellationToken);
        var pictures = new Dictionary<string, byte[][]>();
        foreach (var genre in Genres)
        {
            var entries = sample.Entries.Where(entry => entry.FullName.StartsWith($"{genre}/", StringComparison.Ordinal) && entry.Name.EndsWith(".png", StringComparison.Ordinal)).Take(3);
            var contents = new List<byte[]>();
            foreach (var entry in entries)
            {
                await using var stream = await entry.OpenAsync(cancellationToken);
                using var content = new MemoryStream();
                await stream.CopyToAsync(content, cancellationToken);
                contents.Add(content.ToArray());
            }

            pictures.Add(genre, [.. contents]);
        }

        return pictures;
    }

    /// <summary>The same music, which is no copy of the file.</summary>
    private static byte[] Louder(byte[] png)
    {
        var pixels = new byte[SpectrogramFormat.Pixels];
        SpectrogramPng.Read(png, pixels);
        return SpectrogramPng.Encode([.. pixels.Select(pixel => (byte)(pixel * 9 / 10))]);
    }

    private static byte[] Narrow()
    {
        var pixels = new byte[LeftOutWidth * SpectrogramFormat.MelBands];
        new Random(1).NextBytes(pixels);
        return GrayPng.Encode(pixels, LeftOutWidth, SpectrogramFormat.MelBands);
    }

    private static async Task WriteAsync(string path, IEnumerable<(string Name, byte[] Content)> files, CancellationToken cancellationToken)
    {
        await using var zip = await ZipFile.OpenAsync(path, ZipArchiveMode.Create, cancellationToken);
        foreach (var (name, content) in files)
        {
            await using var entry = await zip.CreateEntry(name, CompressionLevel.NoCompression).OpenAsync(cancellationToken);
            await entry.WriteAsync(content, cancellationToken);
        }
    }
}
