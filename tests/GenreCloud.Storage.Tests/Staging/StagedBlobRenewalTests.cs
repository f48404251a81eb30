using GenreCloud.Testing;

namespace GenreCloud.Storage.Tests.Staging;

public sealed class StagedBlobRenewalTests(AzuriteFixture azurite)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_renewed_blob_is_another_one_with_the_same_content_and_what_is_gone_is_not_renewed()
    {
        var container = azurite.NewAccount().Blobs.GetBlobContainerClient(StorageNames.Containers.Sources);
        await container.CreateAsync(cancellationToken: CancellationToken);
        var blob = container.GetBlobClient("a.zip");
        var uploaded = (await blob.UploadAsync(BinaryData.FromString("content"), CancellationToken)).Value;

        (await blob.TryRenewAsync(TimeProvider.System, CancellationToken)).ShouldBeTrue();

        var renewed = (await blob.DownloadContentAsync(CancellationToken)).Value;
        renewed.Details.ETag.ShouldNotBe(uploaded.ETag);
        renewed.Content.ToString().ShouldBe("content");
        await blob.DeleteAsync(cancellationToken: CancellationToken);
        (await blob.TryRenewAsync(TimeProvider.System, CancellationToken)).ShouldBeFalse();
        (await blob.ExistsAsync(CancellationToken)).Value.ShouldBeFalse();
    }
}
