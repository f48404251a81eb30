using System.Buffers.Binary;
using System.Diagnostics;
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

    /// <summary>MP3s of 30 s, made by the installed ffmpeg: storage has next to nothing to do beside what they take.</summary>
    Songs,
}

/// <summary>An archive of any number of pictures in the layout of profile genres, or of songs in that of profile audio, that all differ.</summary>
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
        if (kind == ImportPictures.Songs)
        {
            await WriteSongsAsync(path, pictures);
            return;
        }

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

    private static async Task WriteSongsAsync(string path, int songs)
    {
        await using var zip = await ZipFile.OpenAsync(path, ZipArchiveMode.Create);
        for (var song = 0; song < songs; song++)
        {
            var file = $"{path}.{song}.mp3";
            using (var ffmpeg = Process.Start("ffmpeg", ["-v", "error", "-nostdin", "-f", "lavfi", "-i", $"anoisesrc=color=pink:seed={song}:duration=30", "-b:a", "96k", file]))
            {
                await ffmpeg.WaitForExitAsync();
            }

            await zip.CreateEntryFromFileAsync(file, $"label {song % 10}/{song}.mp3", CompressionLevel.NoCompression);
            File.Delete(file);
        }
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

        return kind switch
        {
            ImportPictures.Colour => EncodeColour(pixels),
            ImportPictures.Small => EncodeFast(pixels, SKColorType.Gray8),
            _ => SpectrogramPng.Encode(pixels),
        };
    }

    private static byte[] EncodeColour(byte[] gray)
    {
        var rgba = new byte[gray.Length * 4];
        for (var i = 0; i < gray.Length; i++)
        {
            rgba.AsSpan(i * 4, 3).Fill(gray[i]);
            rgba[(i * 4) + 3] = byte.MaxValue;
        }

        return EncodeFast(rgba, SKColorType.Rgba8888);
    }

    /// <summary>Larger than need be, but soon: there are very many.</summary>
    private static byte[] EncodeFast(byte[] pixels, SKColorType color)
    {
        var alpha = color == SKColorType.Gray8 ? SKAlphaType.Opaque : SKAlphaType.Unpremul;
        using var image = SKImage.FromPixelCopy(new SKImageInfo(SpectrogramFormat.Frames, SpectrogramFormat.MelBands, color, alpha), pixels);
        using var png = image.PeekPixels().Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.Sub, zLibLevel: 1))!;
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
