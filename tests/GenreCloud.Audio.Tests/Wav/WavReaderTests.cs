using GenreCloud.Audio.Wav;

namespace GenreCloud.Audio.Tests.Wav;

public class WavReaderTests
{
    private const int Rate = 22_050;

    private static readonly byte[] Mono16 = WavFile.Format(WavFile.Pcm, 1, Rate, 16);

    [Theory]
    [InlineData(WavFile.Pcm, 8, 1.0 / 128)]
    [InlineData(WavFile.Pcm, 16, 1.0 / 32768)]
    [InlineData(WavFile.Pcm, 24, 1.0 / (1 << 23))]
    [InlineData(WavFile.Pcm, 32, 1e-7)]
    [InlineData(WavFile.Float, 32, 1e-9)]
    [InlineData(WavFile.Float, 64, 1e-7)]
    public async Task Every_coding_is_read_and_channels_are_averaged(int coding, int bits, double tolerance)
    {
        var data = WavFile.Data(coding, bits, 0.5, -0.25, 0.125, -1, 0.75, 0.5);

        foreach (var format in (byte[][])[WavFile.Format(coding, 2, Rate, bits), WavFile.ExtensibleFormat(coding, 2, Rate, bits)])
        {
            var samples = await ReadAsync(WavFile.Of(("fmt ", format), ("data", data)));

            samples.Length.ShouldBe(3);
            samples[0].ShouldBe(0.125f, tolerance);
            samples[1].ShouldBe(-0.4375f, tolerance);
            samples[2].ShouldBe(0.625f, tolerance);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(1000)]
    public async Task Any_number_of_channels_is_averaged(int channels)
    {
        double[] frame = [.. Enumerable.Range(0, channels).Select(channel => channel % 2 == 0 ? 0.5 : 0.25)];
        var file = WavFile.Of(("fmt ", WavFile.Format(WavFile.Pcm, channels, Rate, 16)), ("data", WavFile.Data(WavFile.Pcm, 16, [.. frame, .. frame])));

        var samples = await ReadAsync(file);

        samples.Length.ShouldBe(2);
        samples.ShouldAllBe(sample => Math.Abs(sample - frame.Average()) < 1e-6);
    }

    [Fact]
    public async Task Samples_of_20_bits_are_read_from_the_3_bytes_that_they_take()
    {
        var format = WavFile.Format(WavFile.Pcm, 1, Rate, 24);
        const int bitsOffset = 14;
        format[bitsOffset] = 20;

        var samples = await ReadAsync(WavFile.Of(("fmt ", format), ("data", WavFile.Data(WavFile.Pcm, 24, 0.5))));

        samples.ShouldBe([0.5f]);
    }

    [Fact]
    public async Task Other_chunks_are_skipped_those_of_odd_size_with_their_padding()
    {
        var file = WavFile.Of(
            ("JUNK", new byte[27]), ("fmt ", Mono16), ("LIST", new byte[3]), ("data", WavFile.Data(WavFile.Pcm, 16, 0.5, 0.25)), ("id3 ", new byte[99]));

        (await ReadAsync(file)).ShouldBe([0.5f, 0.25f]);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(uint.MaxValue)]
    [InlineData(1_000_000u)]
    public async Task A_size_that_is_unknown_or_too_large_gives_what_is_there(uint size)
    {
        var file = WavFile.WithDataSize(WavFile.Of(("fmt ", Mono16), ("data", WavFile.Data(WavFile.Pcm, 16, 0.5, 0.25))), size);

        (await ReadAsync([.. file, 0x7F])).ShouldBe([0.5f, 0.25f], "the last frame is incomplete");
    }

    [Theory]
    [InlineData("RF64")]
    [InlineData("BW64")]
    public async Task Large_file_kinds_are_read(string kind)
    {
        var file = WavFile.Of(("ds64", new byte[28]), ("fmt ", Mono16), ("data", WavFile.Data(WavFile.Pcm, 16, 0.5)));
        System.Text.Encoding.ASCII.GetBytes(kind, file);

        (await ReadAsync(file)).ShouldBe([0.5f]);
    }

    [Fact]
    public async Task A_song_of_ten_hours_is_refused_by_its_header()
    {
        const int rate = 8_000;
        var file = WavFile.WithDataSize(WavFile.Of(("fmt ", WavFile.Format(WavFile.Pcm, 1, rate, 8)), ("data", [])), 10 * 3600 * rate);

        var exception = await RefusedAsync(file);

        exception.Fault.ShouldBe(AudioFault.TooLong);
        exception.Message.ShouldContain("0:20:00");
    }

    [Fact]
    public async Task A_song_without_a_size_is_refused_when_it_has_become_too_long()
    {
        const int rate = 1_000;
        var data = new byte[(20 * 60 * rate) + 1];
        var file = WavFile.WithDataSize(WavFile.Of(("fmt ", WavFile.Format(WavFile.Pcm, 1, rate, 8)), ("data", data)), uint.MaxValue);

        (await RefusedAsync(file)).Fault.ShouldBe(AudioFault.TooLong);
    }

    [Theory]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    [InlineData(1e30, "1E+30")]
    public async Task A_sample_that_is_no_sound_is_named_with_its_time(double sample, string shown)
    {
        double[] song = [.. Enumerable.Repeat(0.1, Rate), sample];
        var file = WavFile.Of(("fmt ", WavFile.Format(WavFile.Float, 1, Rate, 32)), ("data", WavFile.Data(WavFile.Float, 32, song)));

        var exception = await RefusedAsync(file);

        exception.Fault.ShouldBe(AudioFault.Damaged);
        exception.Message.ShouldContain($"The sample at 1.000 s is {shown}");
    }

    [Theory]
    [InlineData(6, 1, Rate, 8, AudioFault.UnsupportedFormat, "format 6")]
    [InlineData(WavFile.Pcm, 0, Rate, 16, AudioFault.Damaged, "no channel")]
    [InlineData(WavFile.Pcm, 1, Rate, 0, AudioFault.Damaged, "0 bits")]
    [InlineData(WavFile.Pcm, 1, Rate, 64, AudioFault.Damaged, "64 bits")]
    [InlineData(WavFile.Float, 1, Rate, 16, AudioFault.Damaged, "16 bits")]
    [InlineData(WavFile.Pcm, 1, 0, 16, AudioFault.UnsupportedFormat, "0 Hz")]
    [InlineData(WavFile.Pcm, 1, -1, 16, AudioFault.UnsupportedFormat, "Hz")]
    [InlineData(WavFile.Pcm, 1, 400_000, 16, AudioFault.UnsupportedFormat, "400,000 Hz")]
    public async Task A_format_that_cannot_be_read_is_named(int coding, int channels, int rate, int bits, AudioFault fault, string named)
    {
        var exception = await RefusedAsync(WavFile.Of(("fmt ", WavFile.Format(coding, channels, rate, bits)), ("data", new byte[100])));

        exception.Fault.ShouldBe(fault);
        exception.Message.ShouldContain(named);
    }

    [Fact]
    public async Task Broken_structures_are_named()
    {
        (await RefusedAsync(WavFile.Of(("data", new byte[4]), ("fmt ", Mono16)))).Message.ShouldContain("before their format");
        (await RefusedAsync(WavFile.Of(("fmt ", Mono16)))).Message.ShouldContain("ends before its data");
        (await RefusedAsync(WavFile.Of(("fmt ", new byte[5000])))).Message.ShouldContain("5000 bytes");
        (await RefusedAsync(WavFile.Of(("fmt ", [1, 0])))).Message.ShouldContain("has 2 bytes");
        (await RefusedAsync(WavFile.Of(("fmt ", WavFile.Format(0xFFFE, 1, Rate, 16)), ("data", new byte[4])))).Message.ShouldContain("extensible");
        (await RefusedAsync(WavFile.Of(("fmt ", Mono16), ("data", [])))).Fault.ShouldBe(AudioFault.Empty);
    }

    /// <summary>Files are changed and cut at random: each gives a song of bounded length or a reason.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [Trait("Category", "Security")]
    public async Task Damaged_files_give_a_song_or_a_reason(int seed)
    {
        var random = new Random(seed);
        var read = 0;
        var refused = 0;
        for (var round = 0; round < 3000; round++)
        {
            var (coding, bits) = random.Next(2) == 0 ? (WavFile.Pcm, 8 * random.Next(1, 5)) : (WavFile.Float, 32 * random.Next(1, 3));
            var format = random.Next(2) == 0 ? WavFile.Format(coding, random.Next(1, 9), Rate, bits) : WavFile.ExtensibleFormat(coding, 2, Rate, bits);
            var file = WavFile.Of(("LIST", new byte[random.Next(20)]), ("fmt ", format), ("data", WavFile.Data(coding, bits, new double[200])));
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                // Headers are where it matters.
                file[random.Next(random.Next(2) == 0 ? 100 : file.Length)] = (byte)random.Next(256);
            }

            try
            {
                var samples = await ReadAsync(file[..random.Next(file.Length / 2, file.Length + 1)]);
                samples.Length.ShouldBeInRange(1, file.Length * (Rate / 1_000 + 1));
                samples.ShouldAllBe(sample => float.IsFinite(sample));
                read++;
            }
            catch (AudioException exception)
            {
                exception.Message.ShouldNotBeNullOrWhiteSpace();
                refused++;
            }
        }

        read.ShouldBeGreaterThan(300);
        refused.ShouldBeGreaterThan(300);
    }

    private static async Task<float[]> ReadAsync(byte[] file)
        => (await new WavReader(new MemoryStream(file)).ReadAsync(TimeSpan.FromMinutes(20), TestContext.Current.CancellationToken)).Samples.ToArray();

    private static Task<AudioException> RefusedAsync(byte[] file) => Should.ThrowAsync<AudioException>(() => ReadAsync(file));
}
