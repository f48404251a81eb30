using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;

namespace GenreCloud.DatasetImport.Browse;

/// <summary>A spectrogram, small: a list of hundreds need not move 100 KB for each.</summary>
internal static class Thumbnail
{
    /// <summary>Frames that become one column: 1292 become 323.</summary>
    private const int FramesAtATime = 4;

    /// <summary>Mel bands that become one row: 128 become 64.</summary>
    private const int BandsAtATime = 2;

    public const int Width = SpectrogramFormat.Frames / FramesAtATime;

    public const int Height = SpectrogramFormat.MelBands / BandsAtATime;

    /// <summary>The mean of every 2 bands x 4 frames of a stored spectrogram, as a PNG.</summary>
    public static byte[] Of(byte[] png)
    {
        var pixels = new byte[SpectrogramFormat.Pixels];
        SpectrogramPng.Read(png, pixels);
        var small = new byte[Width * Height];
        for (var row = 0; row < Height; row++)
        {
            for (var column = 0; column < Width; column++)
            {
                small[(row * Width) + column] = (byte)(Sum(pixels, row * BandsAtATime, column * FramesAtATime) / (BandsAtATime * FramesAtATime));
            }
        }

        return GrayPng.Encode(small, Width, Height);
    }

    private static int Sum(byte[] pixels, int band, int frame)
    {
        var sum = 0;
        for (var row = band; row < band + BandsAtATime; row++)
        {
            foreach (var pixel in pixels.AsSpan((row * SpectrogramFormat.Frames) + frame, FramesAtATime))
            {
                sum += pixel;
            }
        }

        return sum;
    }
}
