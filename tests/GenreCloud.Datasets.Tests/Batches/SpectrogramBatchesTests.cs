using Azure.Storage.Blobs;
using GenreCloud.Datasets.Batches;
using GenreCloud.Datasets.Shards;
using GenreCloud.Storage;
using GenreCloud.Testing;

namespace GenreCloud.Datasets.Tests.Batches;

public sealed class SpectrogramBatchesTests(AzuriteFixture azurite) : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("genrecloud-cache-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    // From the storage, while the shards are fetched; then from the disk.
    [Fact]
    public async Task Batches_come_in_the_order_asked_for_with_their_pixels_and_labels()
    {
        var batches = await OpenAsync();
        for (var pass = 0; pass < 2; pass++)
        {
            var read = await ReadAsync(batches, [6, 0, 3, 3, 1, 2, 4, 5], batchSize: 3);

            read.Select(batch => batch.Samples).ShouldBe([[6, 0, 3], [3, 1, 2], [4, 5]]);
            read.Select(batch => batch.Labels).ShouldBe([[1, 1, 1], [1, 0, 0], [0, 0]]);
        }
    }

    [Fact]
    public async Task A_loop_can_be_left_early_and_started_again()
    {
        var batches = await OpenAsync();
        for (var pass = 0; pass < 3; pass++)
        {
            await foreach (var batch in batches.ReadAsync([5, 4, 3, 2, 1, 0], batchSize: 1, cancellationToken: Cancellation))
            {
                batch.Samples.ShouldBe([5]);
                batch.Dispose();
                break;
            }
        }
    }

    [Fact]
    public async Task Cancelling_ends_a_pass()
    {
        var batches = await OpenAsync();
        using var cancelling = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (var batch in batches.ReadAsync([5, 4, 3, 2, 1, 0], batchSize: 1, cancellationToken: cancelling.Token))
            {
                batch.Dispose();
                await cancelling.CancelAsync();
            }
        });
    }

    [Fact]
    public async Task No_samples_are_no_batches()
    {
        var batches = await OpenAsync();

        (await batches.ReadAsync([], batchSize: 4, cancellationToken: Cancellation).ToListAsync(Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_picture_that_cannot_be_read_names_its_sample()
    {
        var dataset = await WriteAsync();
        var samples = (await dataset.ReadSamplesAsync(Cancellation)).Select(sample => sample with { Offset = sample.Offset + 1 }).ToArray();
        var batches = new SpectrogramBatches(CacheOf(dataset), samples, dataset.Manifest.Labels);

        (await RefusalAsync(batches, [2])).ShouldContain("'s2'");
    }

    [Fact]
    public async Task A_label_that_the_map_lacks_is_refused()
    {
        var dataset = await WriteAsync();
        var samples = await dataset.ReadSamplesAsync(Cancellation);

        Should.Throw<ArgumentException>(() => new SpectrogramBatches(CacheOf(dataset), samples, ["jazz"])).Message.ShouldContain("'rock'");
    }

    [Fact]
    public async Task Memory_of_a_disposed_batch_is_not_readable()
    {
        var batches = await OpenAsync();
        await foreach (var batch in batches.ReadAsync([1], batchSize: 1, cancellationToken: Cancellation))
        {
            batch.Dispose();
            Should.Throw<ObjectDisposedException>(() => batch.Pixels);
        }
    }

    [Fact]
    public async Task Cached_shards_are_not_downloaded_again()
    {
        var account = azurite.NewAccount();
        var dataset = await WriteAsync(account);
        var batches = await OpenAsync(dataset);
        await ReadShardByShardAsync(batches, dataset);
        await account.Blobs.GetBlobContainerClient(StorageNames.Containers.Datasets).DeleteAsync(cancellationToken: Cancellation);

        (await ReadAsync(batches, All)).Count.ShouldBe(4);

        CachedFiles().ShouldBe(FilesOf(dataset.Manifest.Shards), ignoreOrder: true);
    }

    [Fact]
    public async Task A_pass_begins_before_any_shard_is_there()
    {
        var account = azurite.NewAccount();
        await WriteAsync(account);
        var line = new HeldShards();
        var dataset = await FindAsync(line.BlobsOf(account));
        var batches = await OpenAsync(dataset);
        await using var read = batches.ReadAsync(All, batchSize: 2, cancellationToken: Cancellation).GetAsyncEnumerator(Cancellation);

        for (var batch = 0; batch < 4; batch++)
        {
            (await read.MoveNextAsync()).ShouldBeTrue();
            using var _ = read.Current;
        }

        CachedFiles().ShouldNotContain(file => file.EndsWith(".tar", StringComparison.Ordinal));
        line.Release();
        (await read.MoveNextAsync()).ShouldBeFalse();
        CachedFiles().ShouldBe(FilesOf(dataset.Manifest.Shards.Take(1)));
    }

    [Fact]
    public async Task A_shard_of_which_little_is_read_is_not_fetched()
    {
        var batches = await OpenAsync();

        await ReadAsync(batches, [4]);

        CachedFiles().ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_room_for_shards_pictures_come_from_the_storage()
    {
        var dataset = await WriteAsync();

        (await ReadAsync(await OpenAsync(dataset, maxBytes: 0), All)).Count.ShouldBe(4);

        CachedFiles().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_pass_over_more_shards_than_there_is_room_for_keeps_to_the_room()
    {
        var dataset = await WriteAsync();
        var maxBytes = dataset.Manifest.Shards.Max(shard => shard.Bytes);
        var batches = await OpenAsync(dataset, maxBytes);

        (await ReadAsync(batches, All, batchSize: 1)).Count.ShouldBe(TestDataset.Samples);

        Directory.GetFiles(_directory).Sum(file => new FileInfo(file).Length).ShouldBeInRange(1, maxBytes);
    }

    [Fact]
    public async Task A_disk_that_takes_nothing_more_does_not_end_a_pass()
    {
        var dataset = await WriteAsync();
        var batches = await OpenAsync(dataset);
        Directory.Delete(_directory);
        await File.WriteAllTextAsync(_directory, "A file in the folder's place.", Cancellation);
        try
        {
            (await ReadAsync(batches, All)).Count.ShouldBe(4);
        }
        finally
        {
            File.Delete(_directory);
            Directory.CreateDirectory(_directory);
        }
    }

    [Fact]
    public async Task Shards_used_longest_ago_make_room_for_others_and_other_files_of_the_folder_stay()
    {
        var dataset = await WriteAsync();
        var shards = dataset.Manifest.Shards;
        shards.Count.ShouldBe(3);
        var ofOtherDataset = $"{new string('0', 64)}.tar";
        var ofKilledProcess = $"{new string('1', 64)}.tar.{Guid.NewGuid():N}.partial";
        foreach (var file in (string[])[ofOtherDataset, ofKilledProcess, "mine.tar"])
        {
            await File.WriteAllBytesAsync(Path.Combine(_directory, file), new byte[1000], Cancellation);
            File.SetLastWriteTimeUtc(Path.Combine(_directory, file), DateTime.UnixEpoch);
        }

        await ReadShardByShardAsync(await OpenAsync(dataset, maxBytes: 2 * shards.Max(shard => shard.Bytes)), dataset);

        CachedFiles().ShouldBe([.. FilesOf(shards.Skip(1)), "mine.tar"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_damaged_shard_is_refused_and_leaves_no_file()
    {
        var account = azurite.NewAccount();
        var dataset = await WriteAsync(account);
        await BlobOf(account, dataset.Manifest.Shards[0]).UploadAsync(BinaryData.FromString("other"), overwrite: true, Cancellation);

        (await RefusalAsync(await OpenAsync(dataset), All)).ShouldContain("shards/00000.tar");

        CachedFiles().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_picture_that_is_not_the_one_imported_is_refused_though_its_shard_is_not_fetched()
    {
        var account = azurite.NewAccount();
        var dataset = await WriteAsync(account);
        var samples = (await dataset.ReadSamplesAsync(Cancellation)).Select(sample => sample with { PixelsSha256 = new string('0', 64) }).ToArray();
        var batches = new SpectrogramBatches(CacheOf(dataset), samples, dataset.Manifest.Labels);

        (await RefusalAsync(batches, [4])).ShouldContain("'s4'");
    }

    [Fact]
    public async Task Who_takes_one_batch_and_no_other_has_a_bounded_number_read_ahead()
    {
        const int BatchSize = 2;
        const int Ahead = 3;
        var account = azurite.NewAccount();
        await WriteAsync(account);
        var line = new CountedPictures();
        var batches = await OpenAsync(await FindAsync(line.BlobsOf(account)), maxBytes: 0);
        int[] order = [.. Enumerable.Range(0, 50).SelectMany(_ => All)];
        await using var read = batches.ReadAsync(order, BatchSize, Ahead, Cancellation).GetAsyncEnumerator(Cancellation);
        (await read.MoveNextAsync()).ShouldBeTrue();
        using var taken = read.Current;

        // That one, those that are ready, and one that waits for its place.
        const int Most = (1 + Ahead + 1) * BatchSize;
        await line.WaitForAsync(Most, Cancellation);
        await Task.Delay(TimeSpan.FromMilliseconds(300), Cancellation);

        line.Count.ShouldBe(Most);
    }

    private static int[] All { get; } = [.. Enumerable.Range(0, TestDataset.Samples)];

    private static IEnumerable<string> FilesOf(IEnumerable<ShardDescription> shards) => shards.Select(shard => $"{shard.Sha256}.tar");

    private static BlobClient BlobOf(StorageAccount account, ShardDescription shard) =>
        account.Blobs.GetBlobContainerClient(StorageNames.Containers.Datasets).GetBlobClient($"genres/1/{shard.File}");

    private static async Task<DatasetReader> FindAsync(BlobServiceClient blobs) =>
        (await new DatasetStore(blobs.GetBlobContainerClient(StorageNames.Containers.Datasets), TimeProvider.System).FindAsync("genres", 1, Cancellation)).ShouldNotBeNull();

    /// <summary>Reads to the end, and checks every picture.</summary>
    private static async Task<List<(int[] Samples, long[] Labels)>> ReadAsync(SpectrogramBatches batches, int[] order, int batchSize = 2)
    {
        var read = new List<(int[] Samples, long[] Labels)>();
        await foreach (var batch in batches.ReadAsync(order, batchSize, cancellationToken: Cancellation))
        {
            using (batch)
            {
                batch.Pixels.Length.ShouldBe(batch.Samples.Count * SpectrogramFormat.Pixels);
                foreach (var (position, sample) in batch.Samples.Index())
                {
                    batch.Pixels.Span.Slice(position * SpectrogramFormat.Pixels, SpectrogramFormat.Pixels)
                        .SequenceEqual(TestDataset.Pixels(sample)).ShouldBeTrue();
                }

                read.Add(([.. batch.Samples], batch.Labels));
            }
        }

        return read;
    }

    /// <summary>A pass over each shard, which is local after it.</summary>
    private static async Task ReadShardByShardAsync(SpectrogramBatches batches, DatasetReader dataset)
    {
        foreach (var shard in (await dataset.ReadSamplesAsync(Cancellation)).Index().GroupBy(sample => sample.Item.Shard))
        {
            await ReadAsync(batches, [.. shard.Select(sample => sample.Index)]);
        }
    }

    private static async Task<string> RefusalAsync(SpectrogramBatches batches, int[] order) =>
        (await Should.ThrowAsync<DatasetException>(() => ReadAsync(batches, order))).Message;

    private async Task<DatasetReader> WriteAsync(StorageAccount? account = null) =>
        await (await TestDataset.CreateStoreAsync(account ?? azurite.NewAccount())).WriteAsync();

    private ShardCache CacheOf(DatasetReader dataset, long maxBytes = ShardCache.DefaultMaxBytes) => new(dataset, _directory, maxBytes, TimeProvider.System);

    private async Task<SpectrogramBatches> OpenAsync(DatasetReader? dataset = null, long maxBytes = ShardCache.DefaultMaxBytes)
    {
        dataset ??= await WriteAsync();
        return new SpectrogramBatches(CacheOf(dataset, maxBytes), await dataset.ReadSamplesAsync(Cancellation), dataset.Manifest.Labels);
    }

    private string[] CachedFiles() => [.. Directory.GetFiles(_directory).Select(file => Path.GetFileName(file))];
}
