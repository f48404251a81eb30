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
}
