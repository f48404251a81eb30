using SkiaSharp;

namespace GenreCloud.Datasets.Png;

/// <summary>What a PNG needed to become a spectrogram.</summary>
public enum SpectrogramPngKind
{
    /// <summary>It was 8-bit gray already; its bytes can be kept as they are.</summary>
    Original,

    /// <summary>It was of another kind; only its pixels are a spectrogram.</summary>
    Converted,
}

/// <summary>Reads a spectrogram from any kind of PNG: 8-bit gray by <see cref="GrayPng"/>, the others by SkiaSharp.</summary>
public static class SpectrogramPng
{
    /// <summary>Decodes one spectrogram. Dimensions are checked before any pixel is inflated, checksums for every kind.</summary>
    /// <param name="png">The whole file.</param>
    /// <param name="pixels">
    /// Gets uint8 [128,1292]. Colours become Rec. 601 luma, which leaves gray as it is; transparency shows white, the colour of silence;
    /// 16-bit samples keep their upper half; colour profiles are ignored. Undefined after an exception.
    /// </param>
    /// <exception cref="PngException">The file is no PNG, is damaged, or is not 1292x128 pixels.</exception>
    /// <exception cref="ArgumentException"><paramref name="pixels"/> is shorter than <see cref="SpectrogramFormat.Pixels"/>.</exception>
    public static SpectrogramPngKind Read(ReadOnlySpan<byte> png, Span<byte> pixels)
    {
        if (HasGrayLayout(png))
        {
            GrayPng.Decode(png, SpectrogramFormat.Frames, SpectrogramFormat.MelBands, pixels);
            return SpectrogramPngKind.Original;
        }

        if (pixels.Length < SpectrogramFormat.Pixels)
        {
            throw new ArgumentException($"A spectrogram needs {SpectrogramFormat.Pixels} bytes, not {pixels.Length}.", nameof(pixels));
        }

        Convert(png, pixels);
        return SpectrogramPngKind.Converted;
    }

    /// <summary>Encodes uint8 [128,1292] as a PNG that <see cref="Read"/> finds original.</summary>
    public static byte[] Encode(ReadOnlySpan<byte> pixels) => GrayPng.Encode(pixels, SpectrogramFormat.Frames, SpectrogramFormat.MelBands);

    private static bool HasGrayLayout(ReadOnlySpan<byte> png)
    {
        var chunks = new PngChunks(png);
        if (chunks.Header is not { BitDepth: 8, ColorType: PngColorType.Gray, Interlaced: false })
        {
            return false;
        }

        // A palette or transparency, where there is one, precedes the image data.
        while (chunks.MoveNext() && chunks.Type != PngChunks.Idat)
        {
            if (chunks.Type is PngChunks.Plte or PngChunks.Trns)
            {
                return false;
            }
        }

        return true;
    }

    private static void Convert(ReadOnlySpan<byte> png, Span<byte> pixels)
    {
        var chunks = new PngChunks(png);
        if (chunks.Header.Width != SpectrogramFormat.Frames || chunks.Header.Height != SpectrogramFormat.MelBands)
        {
            throw GrayPng.WrongSize(chunks.Header, SpectrogramFormat.Frames, SpectrogramFormat.MelBands);
        }

        // Skia forgives what this does not: bad checksums and a missing end.
        while (chunks.MoveNext())
        {
        }

        using var data = SKData.CreateCopy(png);
        using var codec = SKCodec.Create(data);
        var info = new SKImageInfo(SpectrogramFormat.Frames, SpectrogramFormat.MelBands, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        using var bitmap = new SKBitmap();
        if (codec is null || codec.EncodedFormat != SKEncodedImageFormat.Png || !bitmap.TryAllocPixels(info)
            || codec.GetPixels(info, bitmap.GetPixels()) != SKCodecResult.Success)
        {
            throw new PngException(PngFault.BadData, "The PNG's pixels are damaged: they cannot be decoded.");
        }

        var rgba = bitmap.GetPixelSpan();
        for (var i = 0; i < SpectrogramFormat.Pixels; i++)
        {
            var pixel = rgba.Slice(i * 4, 4);
            var luma = ((299 * pixel[0]) + (587 * pixel[1]) + (114 * pixel[2]) + 500) / 1000;
            int alpha = pixel[3];
            pixels[i] = (byte)(((luma * alpha) + (255 * (255 - alpha)) + 127) / 255);
        }
    }
}
