using Azure.Storage.Blobs;
using GenreCloud.Storage;

namespace GenreCloud.DatasetImport.Imports;

/// <summary>Takes imports from the queue and does them.</summary>
internal sealed class ImportWorker(
    ImportStore imports, ImportPipeline pipeline, WorkQueue<ImportMessage> queue, TimeProvider time, ILogger<ImportWorker> logger)
    : JobWorker<ImportMessage>(queue, time, logger)
{
    protected override BlobClient LeaseBlob(ImportMessage message) => imports.Lease(message.ImportId);

    protected override async Task WorkAsync(ImportMessage message, CancellationToken cancellationToken)
    {
        try
        {
            await pipeline.RunAsync(message.ImportId, cancellationToken);
        }
        catch (ImportFailedException exception)
        {
            await imports.FailAsync(message.ImportId, exception.Title, exception.Detail, cancellationToken);
        }
        catch (UploadTooLargeException exception)
        {
            await imports.FailAsync(message.ImportId, "The source is too large", exception.Message, cancellationToken);
        }
    }

    protected override Task GiveUpAsync(ImportMessage message, string reason, CancellationToken cancellationToken) =>
        imports.FailAsync(message.ImportId, "The import was given up", reason, cancellationToken);
}
