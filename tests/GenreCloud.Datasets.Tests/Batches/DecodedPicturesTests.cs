using GenreCloud.Datasets.Batches;
using GenreCloud.Datasets.Shards;
using GenreCloud.Testing;

namespace GenreCloud.Datasets.Tests.Batches;

/// <summary>Pictures that one pass has decoded are there for the next.</summary>
public sealed class DecodedPicturesTests(AzuriteFixture azurite) : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("genrecloud-decoded-").FullName;

    private static int[] All { get; } = [.. Enumerable.Range(0, TestDataset.Samples)];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task The_second_pass_gives_the_same_pixels_without_decoding()
    {
        var dataset = await WriteAsync();
        var batches = await OpenAsync(dataset);
        await ReadAsync(batches, All);
        await SpoilShardsAsync(dataset);

        await ReadAsync(batches, [.. All.Reverse()]);

        Directory.GetFiles(_directory, "*.pixels").Sum(file => new FileInfo(file).Length).ShouldBe(TestDataset.Samples * SpectrogramFormat.Pixels);
    }

    [Fact]
    public async Task What_one_pass_has_left_out_the_next_adds()
    {
        var dataset = await WriteAsync();
        var batches = await OpenAsync(dataset);
        await ReadAsync(batches, [.. All.Where(index => index % 2 == 0)]);
        await ReadAsync(batches, All);
        await SpoilShardsAsync(dataset);

        await ReadAsync(batches, All);
    }

    [Fact]
    public async Task Nothing_is_kept_unless_asked_for()
    {
        await ReadAsync(await OpenAsync(await WriteAsync(), decodedMaxBytes: 0), All);

        Directory.GetFiles(_directory, "*.pixels").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("truncated")]
    [InlineData("longer")]
    [InlineData("damaged")]
    public async Task A_file_that_is_damaged_is_made_again(string damage)
    {
        var dataset = await WriteAsync();
        var batches = await OpenAsync(dataset);
        await ReadAsync(batches, All);
        foreach (var path in Directory.GetFiles(_directory, "*.pixels"))
        {
            await using var file = File.Open(path, FileMode.Open);
            switch (damage)
            {
                case "truncated":
                    file.SetLength(file.Length - 1000);
                    break;
                case "longer":
                    file.SetLength(file.Length + 1000);
                    break;
                default:
                    file.Position = file.Length / 2;
                    await file.WriteAsync(new byte[1000], Cancellation);
                    break;
            }
        }

        await ReadAsync(batches, All);
        await SpoilShardsAsync(dataset);
        await ReadAsync(batches, All);
    }

    [Fact]
    public async Task Shards_used_longest_ago_make_room_and_those_that_do_not_fit_are_decoded_again()
    {
        var dataset = await WriteAsync();
        var shards = dataset.Manifest.Shards;
        shards.Count.ShouldBe(3);
        var room = shards.Max(shard => (long)shard.Samples) * SpectrogramFormat.Pixels;
        var batches = await OpenAsync(dataset, room);

        foreach (var shard in (await dataset.ReadSamplesAsync(Cancellation)).Index().GroupBy(sample => sample.Item.Shard))
        {
            await ReadAsync(batches, [.. shard.Select(sample => sample.Index)]);
        }

        Kept().ShouldBe([$"{shards[^1].Sha256}.pixels"]);

        // A pass over all needs the file that is there until its end: it stays, whichever shard comes first.
        await ReadAsync(batches, All);
        Kept().ShouldBe([$"{shards[^1].Sha256}.pixels"]);
        Directory.GetFiles(_directory, "*.tar").Length.ShouldBe(3, "decoded pictures have room of their own");

        string[] Kept() => [.. Directory.GetFiles(_directory, "*.pixels").Select(file => Path.GetFileName(file))];
    }

    /// <summary>Reads to the end, and checks every picture.</summary>
    private static async Task ReadAsync(SpectrogramBatches batches, int[] order)
    {
        var read = 0;
        await foreach (var batch in batches.ReadAsync(order, batchSize: 2, cancellationToken: Cancellation))
        {
            using (batch)
            {
                foreach (var (position, sample) in batch.Samples.Index())
                {
                    batch.Pixels.Span.Slice(position * SpectrogramFormat.Pixels, SpectrogramFormat.Pixels)
                        .SequenceEqual(TestDataset.Pixels(sample)).ShouldBeTrue($"sample {sample}");
                    read++;
                }
            }
        }

        read.ShouldBe(order.Length);
    }

    private async Task<DatasetReader> WriteAsync() => await (await TestDataset.CreateStoreAsync(azurite.NewAccount())).WriteAsync();

    private async Task<SpectrogramBatches> OpenAsync(DatasetReader dataset, long decodedMaxBytes = 1 << 30) => new(
        new ShardCache(dataset, _directory, ShardCache.DefaultMaxBytes, TimeProvider.System, decodedMaxBytes),
        await dataset.ReadSamplesAsync(Cancellation),
        dataset.Manifest.Labels);

    /// <summary>Brings every shard to the local disk, and leaves nothing of it that can be decoded.</summary>
    private async Task SpoilShardsAsync(DatasetReader dataset)
    {
        foreach (var shard in dataset.Manifest.Shards)
        {
            await File.WriteAllBytesAsync(Path.Combine(_directory, $"{shard.Sha256}.tar"), new byte[shard.Bytes], Cancellation);
        }

        var undecoded = new SpectrogramBatches(
            new ShardCache(dataset, _directory, ShardCache.DefaultMaxBytes, TimeProvider.System), await dataset.ReadSamplesAsync(Cancellation), dataset.Manifest.Labels);
        await Should.ThrowAsync<DatasetException>(() => ReadAsync(undecoded, All));
    }
}
