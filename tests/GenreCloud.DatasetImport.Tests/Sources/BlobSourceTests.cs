using Azure.Storage.Blobs;
using Azure.Storage.Sas;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.Testing;

namespace GenreCloud.DatasetImport.Tests.Sources;

/// <summary>A blob is copied by the storage service itself.</summary>
public sealed class BlobSourceTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly StorageAccount _account = azurite.NewAccount();
    private readonly byte[] _archive = StagingService.Archive(5);
    private readonly HeldCopy _traffic = new();
    private StagingService _service = null!;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        _service = await StagingService.StartAsync(_account, configure: builder => _traffic.Watch(builder, _account));

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task A_blob_of_the_own_account_is_staged_and_stays_where_it_is()
    {
        var blob = await UploadAsync(_account);

        var staged = await _service.StageAsync(new ImportSource { Blob = "drop/in/archive.zip" });

        await _service.ShouldHaveAsync(staged, _archive);
        staged.FileName.ShouldBe("archive.zip");
        (await blob.ExistsAsync(CancellationToken)).Value.ShouldBeTrue();
        (await _service.FilesAsync()).ShouldBe([staged.Blob]);
    }

    [Fact]
    public async Task A_blob_with_a_signature_is_fetched_by_the_storage_in_blocks()
    {
        var blob = await UploadAsync(azurite.NewAccount());
        var address = blob.GenerateSasUri(BlobSasPermissions.Read, TimeProvider.System.GetUtcNow().AddHours(1)).AbsoluteUri;
        var reached = 0L;

        var staged = await _service.StageAsync(new ImportSource { Blob = address }, onProgress: (bytes, _) => reached = bytes);

        await _service.ShouldHaveAsync(staged, _archive);
        _traffic.CopiedBlocks.ShouldBe(6);
        reached.ShouldBe(_archive.Length);
        staged.Url.ShouldNotBeNull().ShouldNotContain("sig=" + address.Split("sig=")[1]);
    }

    [Fact]
    public async Task A_storage_on_this_machine_fetches_nothing_where_private_addresses_are_not_opened()
    {
        var blob = await UploadAsync(azurite.NewAccount());
        var address = blob.GenerateSasUri(BlobSasPermissions.Read, TimeProvider.System.GetUtcNow().AddHours(1)).AbsoluteUri;
        await using var guarded = await StagingService.StartAsync(
            _account, tuning => tuning with { MayConnectTo = _ => true }, allowPrivateAddresses: false, builder => _traffic.Watch(builder, _account));

        await guarded.ShouldHaveAsync(await guarded.StageAsync(new ImportSource { Blob = address }), _archive);

        _traffic.CopiedBlocks.ShouldBe(0);
    }

    [Fact]
    public async Task A_file_that_the_storage_cannot_fetch_is_downloaded()
    {
        await using var host = await FileHost.StartAsync(_archive);

        await _service.ShouldHaveAsync(await _service.StageAsync(new ImportSource { Blob = host.Url("a.zip?sig=s") }), _archive);

        _traffic.CopiedBlocks.ShouldBe(0);
        host.Asked.Count.ShouldBe(6);
    }

    [Theory]
    [InlineData("drop/nothing.zip")]
    [InlineData("nowhere/archive.zip")]
    [InlineData("NO_NAME/archive.zip")]
    public async Task A_blob_that_is_not_there_is_named(string path)
    {
        await UploadAsync(_account);

        var failure = await Should.ThrowAsync<ImportFailedException>(() => _service.StageAsync(new ImportSource { Blob = path }));

        failure.Title.ShouldBe("The blob cannot be read");
        failure.Detail.ShouldContain(path);
    }

    [Fact]
    public async Task A_blob_with_another_hash_is_refused()
    {
        await UploadAsync(_account);

        var failure = await Should.ThrowAsync<ImportFailedException>(
            () => _service.StageAsync(new ImportSource { Blob = "drop/in/archive.zip" }, new string('1', 64)));

        failure.Title.ShouldBe("The source is not the one that was expected");
        (await _service.FilesAsync()).ShouldBeEmpty();
    }

    private async Task<BlobClient> UploadAsync(StorageAccount account)
    {
        var container = account.Blobs.GetBlobContainerClient("drop");
        await container.CreateIfNotExistsAsync(cancellationToken: CancellationToken);
        var blob = container.GetBlobClient("in/archive.zip");
        await blob.UploadAsync(BinaryData.FromBytes(_archive), overwrite: true, CancellationToken);
        return blob;
    }
}
