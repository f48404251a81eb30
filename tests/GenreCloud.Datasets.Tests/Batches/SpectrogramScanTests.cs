using GenreCloud.Datasets.Batches;
using GenreCloud.Storage;
using GenreCloud.Testing;

namespace GenreCloud.Datasets.Tests.Batches;

public sealed class SpectrogramScanTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Samples_come_in_the_order_of_the_shards_each_with_its_pixels()
    {
        var dataset = await (await TestDataset.CreateStoreAsync(azurite.NewAccount())).WriteAsync();
        dataset.Manifest.Shards.Count.ShouldBeGreaterThan(1);

        (await ScanAsync(dataset, [6, 0, 3, 1])).ShouldBe([0, 1, 3, 6]);
        (await ScanAsync(dataset, [.. Enumerable.Range(0, TestDataset.Samples)])).ShouldBe(Enumerable.Range(0, TestDataset.Samples));
        (await ScanAsync(dataset, [])).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false, "is damaged")]
    [InlineData(true, "its shard ends before it does")]
    public async Task A_shard_that_is_damaged_or_cut_says_which_sample_it_costs(bool cut, string message)
    {
        var account = azurite.NewAccount();
        var dataset = await (await TestDataset.CreateStoreAsync(account)).WriteAsync();
        var sample = (await dataset.ReadSamplesAsync(Cancellation))[0];
        var blob = account.Blobs.GetBlobContainerClient(StorageNames.Containers.Datasets).GetBlobClient($"genres/1/{dataset.Manifest.Shards[0].File}");
        byte[] bytes = (await blob.DownloadContentAsync(Cancellation)).Value.Content.ToArray();
        bytes[sample.Offset + (sample.Length / 2)] ^= 1;
        await blob.UploadAsync(BinaryData.FromBytes(cut ? bytes[..(int)(sample.Offset + 100)] : bytes), overwrite: true, Cancellation);

        var exception = await Should.ThrowAsync<DatasetException>(() => ScanAsync(dataset, [0]));

        exception.Message.ShouldStartWith("Sample 's0' is damaged");
        exception.Message.ShouldContain(message);
    }

    [Fact]
    public async Task A_picture_of_other_pixels_is_not_taken_for_the_one_that_was_imported()
    {
        var dataset = await (await TestDataset.CreateStoreAsync(azurite.NewAccount())).WriteAsync();
        var samples = await dataset.ReadSamplesAsync(Cancellation);
        var scan = new SpectrogramScan(dataset, [samples[0] with { PixelsSha256 = samples[1].PixelsSha256 }]);

        var exception = await Should.ThrowAsync<DatasetException>(async () =>
        {
            await foreach (var _ in scan.ReadAsync([0], Cancellation))
            {
            }
        });

        exception.Message.ShouldContain("its pixels are not those that were imported");
    }

    private static async Task<IReadOnlyList<int>> ScanAsync(DatasetReader dataset, int[] indices)
    {
        var scanned = new List<int>();
        await foreach (var (sample, pixels) in new SpectrogramScan(dataset, await dataset.ReadSamplesAsync(Cancellation)).ReadAsync(indices, Cancellation))
        {
            pixels.SequenceEqual(TestDataset.Pixels(sample)).ShouldBeTrue($"sample {sample}");
            scanned.Add(sample);
        }

        return scanned;
    }
}
