using System.Diagnostics;
using Azure;
using Azure.Storage.Blobs;
using GenreCloud.Storage;

namespace GenreCloud.DatasetImport.Imports;

/// <summary>Takes imports from the queue and does them.</summary>
internal sealed class ImportWorker(
    ImportStore imports, ImportPipeline pipeline, WorkQueue<ImportMessage> queue, TimeProvider time, ILogger<ImportWorker> logger)
    : JobWorker<ImportMessage>(queue, time, logger)
{
    protected override BlobClient LeaseBlob(ImportMessage message) => imports.Lease(message.ImportId);

    protected override async Task<bool> WorkAsync(ImportMessage message, CancellationToken cancellationToken)
    {
        Activity.Current?.SetTag(TelemetryAttributes.ImportId, message.ImportId);
        try
        {
            await pipeline.RunAsync(message.ImportId, cancellationToken);
            return true;
        }
        catch (ImportFailedException exception)
        {
            return await FailAsync(message, exception, exception.Title, exception.Detail, cancellationToken);
        }
        catch (UploadTooLargeException exception)
        {
            return await FailAsync(
                message,
                exception,
                "The source is too large",
                $"At most {exception.MaxBytes:N0} bytes are taken (DatasetImport:MaxSourceBytes for the zip, MaxLabelsBytes for the labels).",
                cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.Status is StatusCodes.Status500InternalServerError or StatusCodes.Status507InsufficientStorage)
        {
            // The SDK has tried it several times over some seconds. An overloaded or absent storage answers 503 or nothing,
            // and then the import is tried again later.
            return await FailAsync(
                message,
                exception,
                "The storage could not take the data",
                $"It answered with status {exception.Status}. Check that its disk has free space (for Azurite, the disk with the data directory), then import again.",
                cancellationToken);
        }
    }

    protected override Task GiveUpAsync(ImportMessage message, string reason, CancellationToken cancellationToken) =>
        imports.FailAsync(message.ImportId, "The import was given up", reason, cancellationToken);

    /// <returns>That the import has not ended well.</returns>
    private async Task<bool> FailAsync(ImportMessage message, Exception exception, string title, string detail, CancellationToken cancellationToken)
    {
        Activity.Current?.Fail(exception);
        await imports.FailAsync(message.ImportId, title, detail, cancellationToken);
        return false;
    }
}
