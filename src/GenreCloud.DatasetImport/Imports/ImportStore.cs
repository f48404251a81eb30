using Azure;
using Azure.Storage.Blobs;
using GenreCloud.Storage;

namespace GenreCloud.DatasetImport.Imports;

/// <summary>The imports' documents in container <c>imports</c>.</summary>
internal sealed class ImportStore(BlobServiceClient blobs, TimeProvider time)
    : JobStore<Import>(blobs.GetBlobContainerClient(StorageNames.Containers.Imports), "import.json")
{
    /// <summary>Ends an import as failed, unless it has ended already.</summary>
    public Task FailAsync(string id, string title, string detail, CancellationToken cancellationToken) =>
        UpdateAsync(
            id,
            import => import with { Status = ImportStatus.Failed, Error = new ImportError(title, detail), EndedAt = time.GetUtcNow() },
            cancellationToken);

    /// <summary>
    /// Ends an import as failed whose message did not get into the queue: nobody would ever take it. Where the storage does not
    /// take this either, it stays as it is.
    /// </summary>
    public async Task FailUnqueuedAsync(string id)
    {
        try
        {
            await FailAsync(id, "The import could not be queued", "The storage did not take the message for the worker. Import it again.", CancellationToken.None);
        }
        catch (Exception exception) when (exception is RequestFailedException or AggregateException)
        {
            // The caller is told what the queue answered.
        }
    }
}
