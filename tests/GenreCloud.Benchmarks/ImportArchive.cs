using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;
using SkiaSharp;

namespace GenreCloud.Benchmarks;

/// <summary>What kind of pictures an archive has.</summary>
internal enum ImportPictures
{
    /// <summary>Those of the sample, gray PNGs of some 100 KB.</summary>
    Real,

    /// <summary>The same pixels in colour, which take far more work than bytes: they are converted.</summary>
    Colour,

    /// <summary>Gray PNGs of 1 to 2 KB, for archives of very many entries.</summary>
    Small,
}

/// <summary>An archive in the layout of profile genres, of any number of pictures that all differ.</summary>
internal static class ImportArchive
{
    private const int Batch = 256;

    /// <summary>Writes the archive.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="sample">The zip whose pictures are varied.</param>
    /// <param name="pictures">How many.</param>
    /// <param name="kind">Of what kind.</param>
    public static async Task WriteAsync(string path, string sample, int pictures, ImportPictures kind)
    {
        var originals = await ReadAsync(sample);
        await using var zip = await ZipFile.OpenAsync(path, ZipArchiveMode.Create);
        var csv = new StringBuilder(",track_id,playlist,track_name,track_artists,preview_url,genre_short,genre_long\n");
        for (var first = 0; first < pictures; first += Batch)
        {
            var made = Enumerable.Range(first, Math.Min(Batch, pictures - first)).AsParallel().AsOrdered()
                .Select(number => (Number: number, Original: originals[number % originals.Length], Png: Make(originals[number % originals.Length].Pixels, number, kind)));
            foreach (var (number, original, png) in made)
            {
                var id = number.ToString("D7", CultureInfo.InvariantCulture);
                var entry = zip.CreateEntry($"{original.Label}/{id[0]}/{id}.png", CompressionLevel.NoCompression);
                await using var content = await entry.OpenAsync();
                await content.WriteAsync(png);
                csv.Append(CultureInfo.InvariantCulture, $"{number},{id},,title,\"['artist {number % originals.Length}']\",,{original.Label},\n");
            }
        }

        await using var labels = await zip.CreateEntry("spotify_track_preview_data.csv", CompressionLevel.Fastest).OpenAsync();
        await labels.WriteAsync(Encoding.UTF8.GetBytes(csv.ToString()));
    }

    /// <summary>A picture with its number in the first pixels, so that no two are the same.</summary>
    private static byte[] Make(byte[] original, int number, ImportPictures kind)
    {
        var pixels = kind == ImportPictures.Small ? new byte[SpectrogramFormat.Pixels] : (byte[])original.Clone();
        BinaryPrimitives.WriteInt32LittleEndian(pixels, number);
        if (kind == ImportPictures.Small)
        {
            pixels.AsSpan(SpectrogramFormat.Pixels / 2).Fill(200);
        }

        return kind == ImportPictures.Colour ? EncodeColour(pixels) : SpectrogramPng.Encode(pixels);
    }

    private static byte[] EncodeColour(byte[] gray)
    {
        var rgba = new byte[gray.Length * 4];
        for (var i = 0; i < gray.Length; i++)
        {
            rgba.AsSpan(i * 4, 3).Fill(gray[i]);
            rgba[(i * 4) + 3] = byte.MaxValue;
        }

        using var image = SKImage.FromPixelCopy(
            new SKImageInfo(SpectrogramFormat.Frames, SpectrogramFormat.MelBands, SKColorType.Rgba8888, SKAlphaType.Unpremul), rgba);
        using var png = image.Encode(SKEncodedImageFormat.Png, quality: 100);
        return png.ToArray();
    }

    private static async Task<(string Label, byte[] Pixels)[]> ReadAsync(string sample)
    {
        await using var zip = await ZipFile.OpenReadAsync(sample);
        return
        [
            .. zip.Entries.Where(entry => entry.Name.EndsWith(".png", StringComparison.Ordinal)).Select(entry =>
            {
                var pixels = new byte[SpectrogramFormat.Pixels];
                SpectrogramPng.Read(SampleDataset.Read(entry), pixels);
                return (entry.FullName.Split('/')[0], pixels);
            }),
        ];
    }
}
