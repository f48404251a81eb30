using System.Buffers.Binary;
using CsCheck;
using GenreCloud.Datasets.Png;
using GenreCloud.Testing;
using SkiaSharp;

namespace GenreCloud.Datasets.Tests.Png;

public sealed class GrayPngTests
{
    // 3x2 pixels of unfiltered rows.
    private static readonly byte[] SmallRows = [0, 1, 2, 3, 0, 4, 5, 6];
    private static readonly byte[] SmallPixels = [1, 2, 3, 4, 5, 6];

    [Theory]
    [InlineData("genres-train.zip", 525)]
    [InlineData("metal-train.zip", 207)]
    public void Every_real_spectrogram_decodes_as_Skia_decodes_it(string archive, int count)
    {
        var info = new SKImageInfo(SpectrogramFormat.Frames, SpectrogramFormat.MelBands, SKColorType.Gray8, SKAlphaType.Opaque);
        var pixels = new byte[SpectrogramFormat.Pixels];
        var decoded = 0;
        foreach (var (name, png) in PngSamples.Real(archive))
        {
            using var reference = SKBitmap.Decode(png, info);

            GrayPng.Decode(png, SpectrogramFormat.Frames, SpectrogramFormat.MelBands, pixels);

            pixels.AsSpan().SequenceEqual(reference.GetPixelSpan()).ShouldBeTrue(name);
            decoded++;
        }

        decoded.ShouldBe(count);
    }

    [Fact]
    public void Decoding_what_was_encoded_gives_the_same_pixels()
        => Gen.Select(Gen.Int[1, 70], Gen.Int[1, 20], Gen.Byte.Array[70 * 20]).ForAll(
            500,
            (width, height, noise) =>
            {
                var pixels = noise.AsSpan(0, width * height);
                var decoded = new byte[pixels.Length];

                GrayPng.Decode(GrayPng.Encode(pixels, width, height), width, height, decoded);

                return pixels.SequenceEqual(decoded);
            });

    [Fact]
    public void Encoding_is_deterministic_and_other_readers_read_it()
    {
        var pixels = PngSamples.Spectrogram(1);

        var png = GrayPng.Encode(pixels, SpectrogramFormat.Frames, SpectrogramFormat.MelBands);

        GrayPng.Encode(pixels, SpectrogramFormat.Frames, SpectrogramFormat.MelBands).ShouldBe(png);
        using var bitmap = SKBitmap.Decode(png);
        bitmap.ColorType.ShouldBe(SKColorType.Gray8);
        bitmap.GetPixelSpan().SequenceEqual(pixels).ShouldBeTrue();
    }

    [Fact]
    public void Every_filter_is_reversed_in_every_row()
        => Gen.Select(Gen.Int[1, 70], Gen.Byte[0, 4].Array[1, 20], Gen.Byte.Array[70 * 20]).ForAll(
            500,
            (width, filters, noise) =>
            {
                var rows = new byte[(width + 1) * filters.Length];
                for (var row = 0; row < filters.Length; row++)
                {
                    rows[row * (width + 1)] = filters[row];
                    noise.AsSpan(row * width, width).CopyTo(rows.AsSpan((row * (width + 1)) + 1));
                }

                var png = PngSamples.Png(PngSamples.Header(width, filters.Length), PngSamples.Data(rows), PngSamples.End);
                var decoded = new byte[width * filters.Length];
                GrayPng.Decode(png, width, filters.Length, decoded);
                using var reference = SKBitmap.Decode(png);
                for (var row = 0; row < filters.Length; row++)
                {
                    if (!reference.GetPixelSpan().Slice(row * reference.RowBytes, width).SequenceEqual(decoded.AsSpan(row * width, width)))
                    {
                        return false;
                    }
                }

                return true;
            });

    [Fact]
    public void Damage_anywhere_gives_a_PngException_or_the_same_pixels()
    {
        var pixels = PngSamples.Spectrogram(2).AsSpan(0, 64 * 40).ToArray();
        var intact = GrayPng.Encode(pixels, 64, 40);
        Gen.Select(Gen.Int[0, intact.Length - 1], Gen.Byte).Array[1, 4].ForAll(
            5_000,
            damages =>
            {
                var png = intact.ToArray();
                foreach (var (position, value) in damages)
                {
                    png[position] = value;
                }

                var decoded = new byte[pixels.Length];
                try
                {
                    GrayPng.Decode(png, 64, 40, decoded);
                    return decoded.AsSpan().SequenceEqual(pixels);
                }
                catch (PngException)
                {
                    return true;
                }
            });
    }

    [Fact]
    public void Damage_behind_valid_checksums_gives_a_PngException_or_pixels()
        => Gen.Select(Gen.Byte.Array[0, 300], Gen.Bool).ForAll(
            5_000,
            (data, hasHeader) =>
            {
                byte[] compressed = hasHeader ? [0x78, 0x9C, .. data] : data;
                try
                {
                    GrayPng.Decode(Small(PngSamples.Header(3, 2), PngSamples.Chunk("IDAT", compressed), PngSamples.End), 3, 2, new byte[6]);
                    return true;
                }
                catch (PngException)
                {
                    return true;
                }
            });

    [Fact]
    public void Damaged_pixels_behind_valid_checksums_are_the_same_that_Skia_sees()
    {
        var info = new SKImageInfo(40, 16, SKColorType.Gray8, SKAlphaType.Opaque);
        var compared = 0;
        Gen.Select(Gen.Byte.Array[41 * 16], Gen.Select(Gen.Int[0, int.MaxValue], Gen.Byte).Array[1, 3]).ForAll(
            2_000,
            (noise, damages) =>
            {
                var rows = noise.Select((value, i) => (byte)(i % 41 == 0 ? value % 5 : value % 4)).ToArray();
                var deflated = PngSamples.Compress(rows)[2..^4];
                foreach (var (position, value) in damages)
                {
                    deflated[position % deflated.Length] = value;
                }

                if (Inflater.InflateRaw(deflated, rows, out _, out var written) != InflateStatus.Done || written != rows.Length)
                {
                    return true;
                }

                var checksum = new byte[4];
                BinaryPrimitives.WriteUInt32BigEndian(checksum, Adler32.Compute(rows));
                var png = PngSamples.Png(PngSamples.Header(40, 16), PngSamples.Chunk("IDAT", [0x78, 0x9C, .. deflated, .. checksum]), PngSamples.End);
                var pixels = new byte[40 * 16];
                try
                {
                    GrayPng.Decode(png, 40, 16, pixels);
                }
                catch (PngException)
                {
                    // A filter that does not exist, or bytes after the end of the stream.
                    return true;
                }

                compared++;
                using var reference = SKBitmap.Decode(png, info);
                return reference is not null && pixels.AsSpan().SequenceEqual(reference.GetPixelSpan());
            });

        compared.ShouldBeGreaterThan(100);
    }

    [Fact]
    public void Every_shorter_file_is_truncated()
    {
        var png = GrayPng.Encode(SmallPixels, 3, 2);
        for (var length = 1; length < png.Length; length++)
        {
            Fault(png[..length]).ShouldBe(PngFault.Truncated);
        }
    }

    [Fact]
    public void Image_data_may_come_in_many_chunks()
    {
        var compressed = PngSamples.Compress(SmallRows);
        var chunks = compressed.Select(value => PngSamples.Chunk("IDAT", value)).Append(PngSamples.Chunk("IDAT"));

        Decode(Small([PngSamples.Header(3, 2), .. chunks, PngSamples.End])).ShouldBe(SmallPixels);
    }

    [Fact]
    public void Ancillary_chunks_and_bytes_after_the_end_are_ignored()
        => Decode([.. Small(
            PngSamples.Header(3, 2), PngSamples.Chunk("tEXt", 65, 0, 66), PngSamples.Data(SmallRows), PngSamples.Chunk("tIME"), PngSamples.End), 1, 2, 3])
            .ShouldBe(SmallPixels);

    [Fact]
    public void A_web_page_is_not_a_png() => Fault("<!DOCTYPE html><html>"u8.ToArray()).ShouldBe(PngFault.NotPng);

    [Fact]
    public void An_empty_file_is_not_a_png() => Fault([]).ShouldBe(PngFault.NotPng);

    [Fact]
    public void A_png_starts_with_its_header() => Fault(Small(PngSamples.Data(SmallRows), PngSamples.End)).ShouldBe(PngFault.NotPng);

    [Fact]
    public void Another_size_is_refused_before_anything_is_inflated()
    {
        var png = Small(PngSamples.Header(60_000, 60_000), PngSamples.Chunk("IDAT", 1, 2, 3), PngSamples.End);

        var exception = Should.Throw<PngException>(() => Decode(png));

        exception.Fault.ShouldBe(PngFault.WrongSize);
        exception.Message.ShouldBe("The picture must be 3x2 pixels, and is 60000x60000.");
    }

    [Theory]
    [InlineData(16, 0, 0)]
    [InlineData(4, 0, 0)]
    [InlineData(8, 2, 0)]
    [InlineData(8, 3, 0)]
    [InlineData(8, 4, 0)]
    [InlineData(8, 6, 0)]
    [InlineData(8, 0, 1)]
    public void Other_kinds_are_refused_by_name(byte bitDepth, byte colorType, byte interlace)
        => Fault(Small(PngSamples.Header(3, 2, bitDepth, colorType, interlace), PngSamples.Data(SmallRows), PngSamples.End))
            .ShouldBe(PngFault.UnsupportedKind);

    [Theory]
    [InlineData(0, 2, 8, 0, 0)]
    [InlineData(3, -1, 8, 0, 0)]
    [InlineData(3, 2, 3, 0, 0)]
    [InlineData(3, 2, 4, 2, 0)]
    [InlineData(3, 2, 8, 5, 0)]
    [InlineData(3, 2, 8, 0, 2)]
    public void Impossible_headers_are_refused(int width, int height, byte bitDepth, byte colorType, byte interlace)
        => Fault(Small(PngSamples.Header(width, height, bitDepth, colorType, interlace), PngSamples.End)).ShouldBe(PngFault.BadData);

    [Theory]
    [InlineData("IHDR")]
    [InlineData("tEXt")]
    [InlineData("IDAT")]
    [InlineData("IEND")]
    public void A_wrong_crc_in_any_chunk_is_seen(string type)
    {
        byte[][] chunks = [PngSamples.Header(3, 2), PngSamples.Chunk("tEXt", 65, 0, 66), PngSamples.Data(SmallRows), PngSamples.Chunk("IEND")];
        var index = Array.IndexOf(["IHDR", "tEXt", "IDAT", "IEND"], type);
        chunks[index][^1] ^= 1;

        var exception = Should.Throw<PngException>(() => Decode(Small(chunks)));

        exception.Fault.ShouldBe(PngFault.BadCrc);
        exception.Message.ShouldContain(type);
    }

    [Fact]
    public void A_header_that_promises_more_pixels_than_there_are_lies()
        => Fault(Small(PngSamples.Header(3, 2), PngSamples.Data(SmallRows[..4]), PngSamples.End)).ShouldBe(PngFault.BadData);

    [Fact]
    public void A_header_that_promises_fewer_pixels_than_there_are_lies()
        => Fault(Small(PngSamples.Header(3, 2), PngSamples.Data([.. SmallRows, 0]), PngSamples.End)).ShouldBe(PngFault.BadData);

    [Fact]
    public void A_filter_that_does_not_exist_is_refused()
        => Fault(Small(PngSamples.Header(3, 2), PngSamples.Data([0, 1, 2, 3, 5, 4, 5, 6]), PngSamples.End)).ShouldBe(PngFault.BadData);

    [Fact]
    public void A_chunk_longer_than_the_file_is_truncated()
        => Fault([.. PngSamples.Png(PngSamples.Header(3, 2)), 0x7F, 0xFF, 0xFF, 0xFF, .. "IDAT"u8, 0, 0, 0, 0, 0]).ShouldBe(PngFault.Truncated);

    [Fact]
    public void An_unknown_critical_chunk_is_refused()
        => Fault(Small(PngSamples.Header(3, 2), PngSamples.Chunk("ABCD"), PngSamples.Data(SmallRows), PngSamples.End)).ShouldBe(PngFault.UnsupportedKind);

    [Fact]
    public void Image_data_must_not_be_interrupted_repeated_or_missing()
    {
        var compressed = PngSamples.Compress(SmallRows);
        Fault(Small(PngSamples.Header(3, 2), PngSamples.Chunk("IDAT", compressed[..3]), PngSamples.Chunk("tEXt"), PngSamples.Chunk("IDAT", compressed[3..]), PngSamples.End))
            .ShouldBe(PngFault.BadData);
        Fault(Small(PngSamples.Header(3, 2), PngSamples.Data(SmallRows), PngSamples.Data(SmallRows), PngSamples.End)).ShouldBe(PngFault.BadData);
        Fault(Small(PngSamples.Header(3, 2), PngSamples.Header(3, 2), PngSamples.Data(SmallRows), PngSamples.End)).ShouldBe(PngFault.BadData);
        Fault(Small(PngSamples.Header(3, 2), PngSamples.End)).ShouldBe(PngFault.BadData);
    }

    [Fact]
    public void Decoding_allocates_nothing()
    {
        var png = GrayPng.Encode(PngSamples.Spectrogram(3), SpectrogramFormat.Frames, SpectrogramFormat.MelBands);
        var pixels = new byte[SpectrogramFormat.Pixels];
        GrayPng.Decode(png, SpectrogramFormat.Frames, SpectrogramFormat.MelBands, pixels);

        var before = GC.GetAllocatedBytesForCurrentThread();
        GrayPng.Decode(png, SpectrogramFormat.Frames, SpectrogramFormat.MelBands, pixels);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static byte[] Small(params byte[][] chunks) => PngSamples.Png(chunks);

    private static byte[] Decode(byte[] png)
    {
        var pixels = new byte[6];
        GrayPng.Decode(png, 3, 2, pixels);
        return pixels;
    }

    private static PngFault Fault(byte[] png) => Should.Throw<PngException>(() => Decode(png)).Fault;
}
