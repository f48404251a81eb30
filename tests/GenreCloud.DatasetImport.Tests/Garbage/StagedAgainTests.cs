using GenreCloud.DatasetImport.Tests.Sources;
using GenreCloud.Storage;

namespace GenreCloud.DatasetImport.Tests.Garbage;

/// <summary>The import's part in keeping staged sources from the garbage collection; see <see cref="StagedBlobRenewal"/>.</summary>
public sealed class StagedAgainTests(ImportService service) : IClassFixture<ImportService>
{
    [Fact]
    public async Task An_archive_that_is_there_already_counts_as_new_when_it_is_imported_again()
    {
        var zip = SourceZip.WithTracks(2, "rock").ToBytes();
        var first = await service.Host.EndOfAsync(await service.Host.UploadAsync("staged-again", zip));
        var blob = service.Account.Container(StorageNames.Containers.Sources).GetBlobClient(first.StagedArchives.ShouldHaveSingleItem().Blob);
        var before = (await blob.GetPropertiesAsync(cancellationToken: TestContext.Current.CancellationToken)).Value;

        var second = await service.Host.EndOfAsync(await service.Host.UploadAsync("staged-again", zip));

        second.StagedArchives.ShouldHaveSingleItem().Blob.ShouldBe(blob.Name);
        var after = (await blob.GetPropertiesAsync(cancellationToken: TestContext.Current.CancellationToken)).Value;
        after.ETag.ShouldNotBe(before.ETag);
        after.ContentLength.ShouldBe(zip.Length);
    }
}
