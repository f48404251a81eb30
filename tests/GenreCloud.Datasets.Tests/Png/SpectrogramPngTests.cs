using GenreCloud.Datasets.Png;
using SkiaSharp;

namespace GenreCloud.Datasets.Tests.Png;

public sealed class SpectrogramPngTests
{
    private static readonly byte[] Expected = PngSamples.Spectrogram(7);

    [Fact]
    public void An_8_bit_gray_spectrogram_is_original()
        => Read(SpectrogramPng.Encode(Expected)).ShouldBe(SpectrogramPngKind.Original);

    [Theory]
    [InlineData(2, 3)]
    [InlineData(6, 4)]
    [InlineData(4, 2)]
    public void Colour_and_opaque_alpha_of_gray_content_are_converted_exactly(byte colorType, int channels)
    {
        var png = Build(8, colorType, channels, (pixel, channel) => channels is 2 or 4 && channel == channels - 1 ? (byte)255 : pixel);

        Read(png).ShouldBe(SpectrogramPngKind.Converted);
    }

    [Fact]
    public void Sixteen_bit_gray_is_converted() => Read(Build(16, 0, 2, (pixel, _) => pixel)).ShouldBe(SpectrogramPngKind.Converted);

    [Fact]
    public void A_palette_is_converted()
    {
        var palette = PngSamples.Chunk("PLTE", [.. Enumerable.Range(0, 256).SelectMany(i => Enumerable.Repeat((byte)(255 - i), 3))]);
        var png = Build(8, 3, 1, (pixel, _) => (byte)(255 - pixel), palette);

        Read(png).ShouldBe(SpectrogramPngKind.Converted);
    }

    [Fact]
    public void A_gamma_or_colour_profile_changes_no_pixel()
        => Read(Build(8, 2, 3, (pixel, _) => pixel, PngSamples.Chunk("gAMA", 0, 0, 0xB1, 0x8F))).ShouldBe(SpectrogramPngKind.Converted);

    [Fact]
    public void Interlaced_gray_is_converted()
    {
        // Every pixel the same, so that the seven passes need no reordering.
        ReadOnlySpan<(int X, int Y, int StepX, int StepY)> passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];
        var rows = new List<byte>();
        foreach (var (x, y, stepX, stepY) in passes)
        {
            for (var row = y; row < SpectrogramFormat.MelBands; row += stepY)
            {
                rows.Add(0);
                rows.AddRange(Enumerable.Repeat((byte)77, (SpectrogramFormat.Frames - x + stepX - 1) / stepX));
            }
        }

        var png = PngSamples.Png(
            PngSamples.Header(SpectrogramFormat.Frames, SpectrogramFormat.MelBands, interlace: 1), PngSamples.Data([.. rows]), PngSamples.End);
        var pixels = new byte[SpectrogramFormat.Pixels];

        SpectrogramPng.Read(png, pixels).ShouldBe(SpectrogramPngKind.Converted);

        pixels.ShouldAllBe(pixel => pixel == 77);
    }

    [Fact]
    public void Transparency_shows_white()
    {
        var png = Build(8, 6, 4, (_, channel) => channel == 3 ? (byte)0 : (byte)10);
        var pixels = new byte[SpectrogramFormat.Pixels];

        SpectrogramPng.Read(png, pixels).ShouldBe(SpectrogramPngKind.Converted);

        pixels.ShouldAllBe(pixel => pixel == 255);
    }

    [Theory]
    [InlineData(1292, 127, 8, 0)]
    [InlineData(128, 1292, 8, 0)]
    [InlineData(50_000, 50_000, 8, 2)]
    [InlineData(50_000, 50_000, 16, 6)]
    public void Another_size_is_refused_on_the_header(int width, int height, byte bitDepth, byte colorType)
    {
        var png = PngSamples.Png(PngSamples.Header(width, height, bitDepth, colorType), PngSamples.Data([1]), PngSamples.End);

        Should.Throw<PngException>(() => Read(png)).Fault.ShouldBe(PngFault.WrongSize);
    }

    [Fact]
    public void Damage_that_Skia_forgives_is_still_refused()
    {
        var rgb = Build(8, 2, 3, (pixel, _) => pixel);

        Should.Throw<PngException>(() => Read(rgb[..^12])).Fault.ShouldBe(PngFault.Truncated);
        rgb[500] ^= 1;
        Should.Throw<PngException>(() => Read(rgb)).Fault.ShouldBe(PngFault.BadCrc);
    }

    [Fact]
    public void Too_few_pixels_of_another_kind_are_refused()
    {
        var png = PngSamples.Png(PngSamples.Header(SpectrogramFormat.Frames, SpectrogramFormat.MelBands, 8, 2), PngSamples.Data(new byte[1_000]), PngSamples.End);

        Should.Throw<PngException>(() => Read(png)).Fault.ShouldBe(PngFault.BadData);
    }

    [Fact]
    public void A_jpeg_is_not_a_png()
    {
        using var bitmap = new SKBitmap(SpectrogramFormat.Frames, SpectrogramFormat.MelBands);
        using var jpeg = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);

        Should.Throw<PngException>(() => Read(jpeg.ToArray())).Fault.ShouldBe(PngFault.NotPng);
    }

    private static SpectrogramPngKind Read(byte[] png)
    {
        var pixels = new byte[SpectrogramFormat.Pixels];
        var kind = SpectrogramPng.Read(png, pixels);
        pixels.AsSpan().SequenceEqual(Expected).ShouldBeTrue();
        return kind;
    }

    /// <summary>The expected pixels as an unfiltered PNG of another kind.</summary>
    private static byte[] Build(byte bitDepth, byte colorType, int bytesPerPixel, Func<byte, int, byte> channelOf, params byte[][] chunksBeforeData)
    {
        var rows = new byte[((SpectrogramFormat.Frames * bytesPerPixel) + 1) * SpectrogramFormat.MelBands];
        for (var i = 0; i < SpectrogramFormat.Pixels; i++)
        {
            var start = (i / SpectrogramFormat.Frames) + 1 + (i * bytesPerPixel);
            for (var channel = 0; channel < bytesPerPixel; channel++)
            {
                rows[start + channel] = channelOf(Expected[i], channel);
            }
        }

        return PngSamples.Png(
            [PngSamples.Header(SpectrogramFormat.Frames, SpectrogramFormat.MelBands, bitDepth, colorType), .. chunksBeforeData, PngSamples.Data(rows), PngSamples.End]);
    }
}
