using Azure.Storage.Blobs;
using GenreCloud.Storage;

namespace GenreCloud.DatasetImport.Imports;

/// <summary>The imports' documents in container <c>imports</c>.</summary>
internal sealed class ImportStore(BlobServiceClient blobs, TimeProvider time)
    : JobStore<Import>(blobs.GetBlobContainerClient(StorageNames.Containers.Imports), "import.json")
{
    /// <summary>Ends an import as failed, unless it has ended already.</summary>
    public Task FailAsync(string id, string title, string detail, CancellationToken cancellationToken) =>
        UpdateAsync(id, import => Failed(import, title, detail), cancellationToken);

    /// <summary>Ends an import as cancelled, unless it has ended already.</summary>
    /// <returns>What is now stored.</returns>
    public Task<Import> CancelAsync(string id, CancellationToken cancellationToken) => UpdateAsync(
        id, import => import with { Status = ImportStatus.Cancelled, EndedAt = time.GetUtcNow() }, cancellationToken);

    /// <inheritdoc cref="JobStore{TJob}.AcceptAsync"/>
    public Task AcceptAsync(Import import, WorkQueue<ImportMessage> queue, CancellationToken cancellationToken) => AcceptAsync(
        import, queue, new ImportMessage(import.Id), Unqueued, cancellationToken);

    /// <summary>
    /// Has an import that failed or was cancelled go on from what there is of it: staged sources, the plan, done partitions. One that cannot be
    /// queued has failed again.
    /// </summary>
    /// <returns>What is now stored: the import as it was, if it had not ended or was completed.</returns>
    /// <exception cref="JobNotFoundException">There is no such import.</exception>
    public async Task<Import> RetryAsync(string id, WorkQueue<ImportMessage> queue, CancellationToken cancellationToken)
    {
        var retried = false;
        var import = await Document(id).UpdateJsonAsync<Import>(
            current =>
            {
                retried = current is { Status: ImportStatus.Failed or ImportStatus.Cancelled };
                return retried
                    ? current! with { Status = ImportStatus.Queued, Error = null, EndedAt = null }
                    : current ?? throw new JobNotFoundException(id);
            },
            cancellationToken);
        if (retried)
        {
            await QueueAsync(id, queue, new ImportMessage(id), Unqueued, cancellationToken);
        }

        return import.Value;
    }

    private Import Unqueued(Import import) =>
        Failed(import, "The import could not be queued", "The storage did not take the message for the worker. Retry it, or import again.");

    private Import Failed(Import import, string title, string detail) =>
        import with { Status = ImportStatus.Failed, Error = new ImportError(title, detail), EndedAt = time.GetUtcNow() };
}
