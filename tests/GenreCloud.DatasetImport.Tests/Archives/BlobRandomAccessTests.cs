using Azure;
using Azure.Storage.Blobs;
using GenreCloud.DatasetImport.Archives;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.Storage;
using GenreCloud.Testing;

namespace GenreCloud.DatasetImport.Tests.Archives;

public sealed class BlobRandomAccessTests(AzuriteFixture azurite)
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * i / 7))];
    private static readonly byte[] Zip = new RawZip(RawEntry.Stored("one", Content), RawEntry.Deflated("two", Content)).ToBytes();

    [Fact]
    public async Task A_zip_in_a_blob_is_read_by_range()
    {
        var blob = await UploadAsync();

        var archive = await BlobRandomAccess.OpenAsync(blob, "my.zip", ZipContents.CancellationToken);

        archive.Name.ShouldBe("my.zip");
        archive.Length.ShouldBe(Zip.Length);
        var middle = new byte[1000];
        await archive.ReadAsync(5000, middle, ZipContents.CancellationToken);
        middle.ShouldBe(Zip[5000..6000]);
        await archive.ReadAsync(0, Memory<byte>.Empty, ZipContents.CancellationToken);
        (await ZipContents.ReadAsync(archive)).Select(file => file.Content).ShouldBe([Content, Content]);
    }

    [Fact]
    public async Task A_blob_that_another_import_renews_meanwhile_is_read_on()
    {
        var blob = await UploadAsync();
        var archive = await BlobRandomAccess.OpenAsync(blob, "my.zip", ZipContents.CancellationToken);
        await ZipDirectory.ReadAsync(archive, new ZipLimits(), ZipContents.CancellationToken);

        (await blob.TryRenewAsync(TimeProvider.System, ZipContents.CancellationToken)).ShouldBeTrue();

        (await ZipContents.ReadAsync(archive)).Select(file => file.Content).ShouldBe([Content, Content]);
    }

    [Fact]
    public async Task A_blob_that_is_removed_is_noticed()
    {
        var blob = await UploadAsync();
        var archive = await BlobRandomAccess.OpenAsync(blob, "my.zip", ZipContents.CancellationToken);
        await blob.DeleteAsync(cancellationToken: ZipContents.CancellationToken);

        (await Should.ThrowAsync<RequestFailedException>(BlobRandomAccess.OpenAsync(blob, "my.zip", ZipContents.CancellationToken))).Status.ShouldBe(404);
        var failure = await Should.ThrowAsync<ImportFailedException>(ZipDirectory.ReadAsync(archive, new ZipLimits(), ZipContents.CancellationToken));
        failure.Title.ShouldBe("The source was removed while it was read");
        failure.Detail.ShouldContain("my.zip");
    }

    private async Task<BlobClient> UploadAsync()
    {
        var container = azurite.NewAccount().Blobs.GetBlobContainerClient("sources");
        await container.CreateAsync(cancellationToken: ZipContents.CancellationToken);
        var blob = container.GetBlobClient("x.zip");
        await blob.UploadAsync(new BinaryData(Zip), ZipContents.CancellationToken);
        return blob;
    }
}
