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

    /// <inheritdoc cref="JobStore{TJob}.AcceptAsync"/>
    public Task AcceptAsync(Import import, WorkQueue<ImportMessage> queue, CancellationToken cancellationToken) => AcceptAsync(
        import,
        queue,
        new ImportMessage(import.Id),
        stored => Failed(stored, "The import could not be queued", "The storage did not take the message for the worker. Import it again."),
        cancellationToken);

    private Import Failed(Import import, string title, string detail) =>
        import with { Status = ImportStatus.Failed, Error = new ImportError(title, detail), EndedAt = time.GetUtcNow() };
}
