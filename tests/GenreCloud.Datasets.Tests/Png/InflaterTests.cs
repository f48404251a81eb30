using System.IO.Compression;
using CsCheck;
using GenreCloud.Datasets.Png;
using GenreCloud.Testing;

namespace GenreCloud.Datasets.Tests.Png;

public sealed class InflaterTests
{
    private static readonly Gen<CompressionLevel> Level = Gen.Enum<CompressionLevel>();

    // Flat noise, skewed noise (long code words, so subtables), runs and repeats (short distances).
    private static readonly Gen<byte[]> Data = Gen.Frequency(
        (1, Gen.Byte.Array[0, 70_000]),
        (2, Gen.Double[0, 1].Select(x => (byte)(Math.Pow(x, 12) * 256)).Array[0, 70_000]),
        (1, Gen.Select(Gen.Byte[0, 3], Gen.Int[1, 300]).Array[0, 300].Select(runs => runs.SelectMany(run => Enumerable.Repeat(run.Item1, run.Item2)).ToArray())),
        (1, Gen.Select(Gen.Byte.Array[1, 40], Gen.Int[1, 2_000]).Select((unit, count) => Enumerable.Repeat(unit, count).SelectMany(bytes => bytes).ToArray())));

    [Fact]
    public void Inflates_what_ZLibStream_deflates()
        => Gen.Select(Data, Level).ForAll(
            300,
            (data, level) =>
            {
                var inflated = new byte[data.Length];

                var status = Inflater.Inflate(Deflate(data, level), inflated, out var read, out var written);

                return status == InflateStatus.Done && written == data.Length && inflated.AsSpan().SequenceEqual(data)
                    && read == Deflate(data, level).Length;
            });

    [Fact]
    public void Inflates_what_DeflateStream_deflates_and_no_byte_more()
        => Gen.Select(Data, Level).ForAll(
            300,
            (data, level) =>
            {
                var deflated = Deflate(data, level)[2..^4];
                var inflated = new byte[data.Length];

                var status = Inflater.InflateRaw([.. deflated, 1, 2, 3], inflated, out var read, out var written);

                return status == InflateStatus.Done && written == data.Length && inflated.AsSpan().SequenceEqual(data) && read == deflated.Length;
            });

    [Fact]
    public void A_raw_stream_has_no_header_and_no_checksum()
    {
        byte[] data = [1, 2, 3];
        var zlib = Deflate(data, CompressionLevel.Optimal);

        Inflater.InflateRaw(zlib.AsSpan(2), new byte[3], out _, out _).ShouldBe(InflateStatus.Done);
        Inflater.InflateRaw(zlib.AsSpan(2, zlib.Length - 7), new byte[3], out _, out _).ShouldBe(InflateStatus.Truncated);
        Inflater.InflateRaw([], new byte[3], out _, out _).ShouldBe(InflateStatus.Truncated);
    }

    [Fact]
    public void Damaged_streams_that_inflate_give_what_DeflateStream_gives()
    {
        var compared = 0;
        Gen.Select(Data, Level, Gen.Select(Gen.Int[0, int.MaxValue], Gen.Byte).Array[1, 3]).ForAll(
            300,
            (data, level, damages) =>
            {
                var deflated = Deflate(data, level)[2..^4];
                foreach (var (position, value) in damages)
                {
                    deflated[position % deflated.Length] = value;
                }

                var inflated = new byte[data.Length + 1000];
                if (Inflater.InflateRaw(deflated, inflated, out _, out var written) != InflateStatus.Done)
                {
                    return true;
                }

                compared++;
                using var reference = new MemoryStream();
                using var stream = new DeflateStream(new MemoryStream(deflated), CompressionMode.Decompress);
                stream.CopyTo(reference);
                return reference.ToArray().AsSpan().SequenceEqual(inflated.AsSpan(0, written));
            });

        compared.ShouldBeGreaterThan(50);
    }

    [Fact]
    public void Damaged_streams_end_with_a_status_and_write_nothing_outside_the_destination()
        => Gen.Select(Data, Level, Gen.Select(Gen.Int[0, int.MaxValue], Gen.Byte).Array[1, 8], Gen.Int[0, 100_000]).ForAll(
            300,
            (data, level, damages, capacity) =>
            {
                var stream = Deflate(data, level);
                foreach (var (position, value) in damages)
                {
                    stream[position % stream.Length] = value;
                }

                const byte Guard = 0xA5;
                var memory = new byte[capacity + 512];
                memory.AsSpan(capacity).Fill(Guard);

                Inflater.Inflate(stream, memory.AsSpan(0, capacity), out _, out var written);

                return written <= capacity && memory.AsSpan(capacity).IndexOfAnyExcept(Guard) < 0;
            });

    [Fact]
    public void Every_shorter_stream_is_truncated()
    {
        var data = Enumerable.Range(0, 2_000).Select(i => (byte)(i * i / 7)).ToArray();
        foreach (var level in (CompressionLevel[])[CompressionLevel.NoCompression, CompressionLevel.Fastest, CompressionLevel.SmallestSize])
        {
            var stream = Deflate(data, level);
            for (var length = 0; length < stream.Length; length++)
            {
                Inflater.Inflate(stream.AsSpan(0, length), new byte[data.Length], out _, out _).ShouldBe(InflateStatus.Truncated);
            }
        }
    }

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Optimal)]
    public void A_bomb_stops_at_the_limit(CompressionLevel level)
    {
        var bomb = Deflate(new byte[5_000_000], level);

        Inflater.Inflate(bomb, new byte[1_000], out _, out var written).ShouldBe(InflateStatus.TooLong);

        written.ShouldBeLessThanOrEqualTo(1_000);
    }

    [Fact]
    public void One_byte_too_little_room_is_too_little()
        => Data.Where(data => data.Length > 0).ForAll(
            100,
            data => Inflater.Inflate(Deflate(data, CompressionLevel.Optimal), new byte[data.Length - 1], out _, out _) == InflateStatus.TooLong);

    [Fact]
    public void A_wrong_checksum_is_seen()
    {
        var stream = Deflate([1, 2, 3], CompressionLevel.Optimal);
        stream[^1] ^= 1;

        Inflater.Inflate(stream, new byte[3], out _, out _).ShouldBe(InflateStatus.BadChecksum);
    }

    [Theory]
    [InlineData(new byte[] { 0x78, 0x9D, 0, 0 })] // header check bits
    [InlineData(new byte[] { 0x79, 0x94, 0, 0 })] // method 9
    [InlineData(new byte[] { 0x78, 0xBB, 0, 0 })] // preset dictionary
    [InlineData(new byte[] { 0x78, 0x9C, 0b111, 0 })] // block type 3
    [InlineData(new byte[] { 0x78, 0x9C, 0b001, 1, 0, 1, 0, 0 })] // stored length without its complement
    [InlineData(new byte[] { 0x78, 0x9C, 0b101, 0xFF, 0xFF, 0xFF, 0xFF })] // too many distances
    public void Rules_of_the_format_are_kept(byte[] stream)
        => Inflater.Inflate(stream, new byte[100], out _, out _).ShouldBe(InflateStatus.Corrupt);

    [Fact]
    public void Adler32_agrees_with_its_definition()
        => Gen.Byte.Array[0, 20_000].ForAll(
            200,
            data =>
            {
                uint a = 1;
                uint b = 0;
                foreach (var value in data)
                {
                    a = (a + value) % 65521;
                    b = (b + a) % 65521;
                }

                return Adler32.Compute(data) == ((b << 16) | a);
            });

    [Fact]
    public void Adler32_of_the_largest_bytes_does_not_overflow()
    {
        var data = new byte[1_000_000];
        data.AsSpan().Fill(255);
        ulong a = 1;
        ulong b = 0;
        foreach (var value in data)
        {
            a = (a + value) % 65521;
            b = (b + a) % 65521;
        }

        Adler32.Compute(data).ShouldBe((uint)((b << 16) | a));
    }

    private static byte[] Deflate(byte[] data, CompressionLevel level)
    {
        using var stream = new MemoryStream();
        using (var zlib = new ZLibStream(stream, level, leaveOpen: true))
        {
            zlib.Write(data);
        }

        return stream.ToArray();
    }
}
