using System.Net;
using System.Net.Http.Json;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.DatasetImport.Tests.Sources;
using GenreCloud.Storage;
using GenreCloud.Testing;

namespace GenreCloud.DatasetImport.Tests.Imports;

public sealed class QueueTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task An_import_that_cannot_be_queued_is_not_accepted_and_has_failed()
    {
        var account = azurite.NewAccount();
        await using var host = await ImportService.StartAsync(account);
        await account.Queues.DeleteQueueAsync(StorageNames.Queues.Imports, TestContext.Current.CancellationToken);

        using var response = await host.PutAsync("unqueued", new ByteArrayContent(SourceZip.WithTracks(1, "rock").ToBytes()));

        await response.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable);
        var import = (await host.Client.GetFromJsonAsync<Import[]>("/api/imports", GenreCloudJson.Options, TestContext.Current.CancellationToken)).ShouldHaveSingleItem();
        import.Status.ShouldBe(ImportStatus.Failed);
        import.Error.ShouldNotBeNull().Title.ShouldBe("The import could not be queued");
    }
}
