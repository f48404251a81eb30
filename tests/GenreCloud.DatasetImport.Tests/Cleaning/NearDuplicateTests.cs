using System.IO.Compression;
using GenreCloud.DatasetImport.Cleaning;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;
using GenreCloud.Datasets.Samples;
using GenreCloud.Testing;

namespace GenreCloud.DatasetImport.Tests.Cleaning;

/// <summary>On the spectrograms of both data sets: copies are found, and no two clips of different artists are taken for copies.</summary>
public sealed class NearDuplicateTests
{
    /// <summary>Every so many of the pictures gets copies.</summary>
    private const int Stride = 9;

    [Fact]
    public async Task Copies_are_found_and_ordinary_pairs_are_not()
    {
        // 20 recordings are in both.
        byte[][] pictures = [.. (await ReadAsync("genres-train.zip")).Concat(await ReadAsync("metal-train.zip")).DistinctBy(pixels => Sample.HashPixels(pixels))];
        pictures.Length.ShouldBe(525 + 207 - 20);
        var search = new NearDuplicates();
        var found = new Dictionary<int, int>();
        foreach (var (number, pixels) in pictures.Index())
        {
            Add(number, pixels);
        }

        found.ShouldBeEmpty();
        var copies = new Dictionary<int, (int Original, string How)>();
        for (var original = 0; original < pictures.Length; original += Stride)
        {
            foreach (var (how, pixels) in CopiesOf(pictures[original], new Random(original)))
            {
                var number = pictures.Length + copies.Count;
                copies.Add(number, (original, how));
                Add(number, pixels);
            }
        }

        var missed = copies.Where(copy => !found.TryGetValue(copy.Key, out var original) || original != copy.Value.Original).Select(copy => copy.Value).ToArray();
        missed.Length.ShouldBeLessThanOrEqualTo(copies.Count / 50, string.Join(", ", missed));

        // Everyone is an artist of their own here, which is the hardest case: the data sets have several clips of one artist.
        void Add(int number, byte[] pixels)
        {
            if (search.Add(number, Fingerprint.Of(pixels), [$"{number}"]) is { } earlier)
            {
                found.Add(number, earlier);
            }
        }
    }

    [Fact]
    public void Pictures_with_an_artist_in_common_are_left_alone()
    {
        var fingerprint = Fingerprint.Of(Sources.TestPng.Pixels(1));
        var search = new NearDuplicates();

        search.Add(0, fingerprint, ["a", "b"]).ShouldBeNull();
        search.Add(1, fingerprint, ["b"]).ShouldBeNull();
        search.Add(2, fingerprint, ["c"]).ShouldBe(0);
    }

    [Theory]
    [InlineData(0, 0, "constant")]
    [InlineData(0, 6, "constant")]
    [InlineData(100, 200, "silent")]
    [InlineData(300, 200, null)]
    public void Pictures_without_anything_to_learn_are_flagged(int soundingFrames, int loudness, string? flag)
    {
        var pixels = new byte[SpectrogramFormat.Pixels];
        pixels.AsSpan().Fill(250);
        for (var row = 0; row < SpectrogramFormat.MelBands; row++)
        {
            pixels.AsSpan(row * SpectrogramFormat.Frames, soundingFrames).Fill((byte)(250 - loudness));
        }

        PictureFlags.Of(pixels).ShouldBe(flag is null ? null : [flag]);
    }

    private static IEnumerable<(string How, byte[] Pixels)> CopiesOf(byte[] pixels, Random random)
    {
        yield return ("another gain", Map(pixels, pixel => (pixel * 0.85) + 20));
        yield return ("encoded again", Map(pixels, pixel => pixel + Noise(random, 6)));
        yield return ("five frames later", Later(pixels, 5));
        yield return ("eight frames later, encoded again", Map(Later(pixels, 8), pixel => pixel + Noise(random, 5)));
    }

    private static byte[] Map(byte[] pixels, Func<byte, double> map) => [.. pixels.Select(pixel => (byte)Math.Clamp(map(pixel), 0, 255))];

    private static byte[] Later(byte[] pixels, int frames) =>
    [
        .. pixels.Chunk(SpectrogramFormat.Frames).SelectMany(row => row.Skip(frames).Concat(Enumerable.Repeat(row[^1], frames))),
    ];

    /// <summary>Of about that standard deviation, in grey levels.</summary>
    private static double Noise(Random random, double level) => (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * 2 * level;

    private static async Task<List<byte[]>> ReadAsync(string name)
    {
        var pictures = new List<byte[]>();
        await using var zip = await ZipFile.OpenReadAsync(SharedData.Require(name), TestContext.Current.CancellationToken);
        foreach (var entry in zip.Entries.Where(entry => entry.Name.EndsWith(".png", StringComparison.Ordinal)))
        {
            await using var content = await entry.OpenAsync(TestContext.Current.CancellationToken);
            var png = new byte[entry.Length];
            await content.ReadExactlyAsync(png, TestContext.Current.CancellationToken);
            var pixels = new byte[SpectrogramFormat.Pixels];
            SpectrogramPng.Read(png, pixels);
            pictures.Add(pixels);
        }

        return pictures;
    }
}
