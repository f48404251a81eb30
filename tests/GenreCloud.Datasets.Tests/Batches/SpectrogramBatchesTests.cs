using GenreCloud.Datasets.Batches;
using GenreCloud.Datasets.Samples;
using GenreCloud.Datasets.Shards;
using GenreCloud.Storage;
using GenreCloud.Testing;

namespace GenreCloud.Datasets.Tests.Batches;

public sealed class SpectrogramBatchesTests(AzuriteFixture azurite) : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("genrecloud-cache-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Batches_come_in_the_order_asked_for_with_their_pixels_and_labels()
    {
        using var cache = await OpenCacheAsync();
        int[] order = [6, 0, 3, 3, 1];
        var batches = new List<(int[] Samples, long[] Labels)>();

        await foreach (var batch in cache.Batches.ReadAsync(order, batchSize: 2, cancellationToken: Cancellation))
        {
            using (batch)
            {
                batches.Add(([.. batch.Samples], batch.Labels));
                batch.Pixels.Length.ShouldBe(batch.Samples.Count * SpectrogramFormat.Pixels);
                foreach (var (position, sample) in batch.Samples.Index())
                {
                    batch.Pixels.Span.Slice(position * SpectrogramFormat.Pixels, SpectrogramFormat.Pixels)
                        .SequenceEqual(TestDataset.Pixels(sample)).ShouldBeTrue();
                }
            }
        }

        batches.Select(batch => batch.Samples).ShouldBe([[6, 0], [3, 3], [1]]);
        batches.Select(batch => batch.Labels).ShouldBe([[1, 1], [1, 1], [0]]);
    }

    [Fact]
    public async Task A_loop_can_be_left_early_and_started_again()
    {
        using var cache = await OpenCacheAsync();
        for (var pass = 0; pass < 3; pass++)
        {
            await foreach (var batch in cache.Batches.ReadAsync([5, 4, 3, 2, 1, 0], batchSize: 1, cancellationToken: Cancellation))
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
        using var cache = await OpenCacheAsync();
        using var cancelling = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (var batch in cache.Batches.ReadAsync([5, 4, 3, 2, 1, 0], batchSize: 1, cancellationToken: cancelling.Token))
            {
                batch.Dispose();
                await cancelling.CancelAsync();
            }
        });
    }

    [Fact]
    public async Task No_samples_are_no_batches()
    {
        using var cache = await OpenCacheAsync();

        (await cache.Batches.ReadAsync([], batchSize: 4, cancellationToken: Cancellation).ToListAsync(Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_picture_that_cannot_be_read_names_its_sample()
    {
        var dataset = await (await TestDataset.CreateStoreAsync(azurite.NewAccount())).WriteAsync();
        using var shards = await ShardCache.OpenAsync(dataset, _directory, Cancellation);
        var samples = (await dataset.ReadSamplesAsync(Cancellation)).Select(sample => sample with { Offset = sample.Offset + 1 }).ToArray();
        var batches = new SpectrogramBatches(shards, samples, dataset.Manifest.Labels);

        var exception = await Should.ThrowAsync<DatasetException>(async () =>
        {
            await foreach (var batch in batches.ReadAsync([2], batchSize: 1, cancellationToken: Cancellation))
            {
                batch.Dispose();
            }
        });

        exception.Message.ShouldContain("'s2'");
    }

    [Fact]
    public async Task A_label_that_the_map_lacks_is_refused()
    {
        var dataset = await (await TestDataset.CreateStoreAsync(azurite.NewAccount())).WriteAsync();
        using var shards = await ShardCache.OpenAsync(dataset, _directory, Cancellation);
        var samples = await dataset.ReadSamplesAsync(Cancellation);

        Should.Throw<ArgumentException>(() => new SpectrogramBatches(shards, samples, ["jazz"])).Message.ShouldContain("'rock'");
    }

    [Fact]
    public async Task Memory_of_a_disposed_batch_is_not_readable()
    {
        using var cache = await OpenCacheAsync();
        await foreach (var batch in cache.Batches.ReadAsync([1], batchSize: 1, cancellationToken: Cancellation))
        {
            batch.Dispose();
            Should.Throw<ObjectDisposedException>(() => batch.Pixels);
        }
    }

    [Fact]
    public async Task Cached_shards_are_not_downloaded_again()
    {
        var account = azurite.NewAccount();
        var dataset = await (await TestDataset.CreateStoreAsync(account)).WriteAsync();
        (await ShardCache.OpenAsync(dataset, _directory, Cancellation)).Dispose();
        await account.Blobs.GetBlobContainerClient(StorageNames.Containers.Datasets).DeleteAsync(cancellationToken: Cancellation);

        using var shards = await ShardCache.OpenAsync(dataset, _directory, Cancellation);

        Directory.GetFiles(_directory).Select(Path.GetFileName)
            .ShouldBe(dataset.Manifest.Shards.Select(shard => $"{shard.Sha256}.tar"), ignoreOrder: true);
    }

    [Fact]
    public async Task A_damaged_shard_is_refused_and_leaves_no_file()
    {
        var account = azurite.NewAccount();
        var dataset = await (await TestDataset.CreateStoreAsync(account)).WriteAsync();
        await account.Blobs.GetBlobContainerClient(StorageNames.Containers.Datasets).GetBlobClient($"genres/1/{dataset.Manifest.Shards[0].File}")
            .UploadAsync(BinaryData.FromString("other"), overwrite: true, Cancellation);

        (await Should.ThrowAsync<DatasetException>(() => ShardCache.OpenAsync(dataset, _directory, Cancellation))).Message.ShouldContain("shards/00000.tar");

        Directory.GetFiles(_directory).ShouldBeEmpty();
    }

    private async Task<CachedBatches> OpenCacheAsync()
    {
        var dataset = await (await TestDataset.CreateStoreAsync(azurite.NewAccount())).WriteAsync();
        var shards = await ShardCache.OpenAsync(dataset, _directory, Cancellation);
        IReadOnlyList<Sample> samples = await dataset.ReadSamplesAsync(Cancellation);
        return new CachedBatches(shards, new SpectrogramBatches(shards, samples, dataset.Manifest.Labels));
    }

    private sealed record CachedBatches(ShardCache Shards, SpectrogramBatches Batches) : IDisposable
    {
        public void Dispose() => Shards.Dispose();
    }
}
