using System.Diagnostics;
using Azure;
using Azure.Storage.Blobs;
using GenreCloud.Datasets;
using GenreCloud.Storage;
using Microsoft.Extensions.Options;

namespace GenreCloud.DatasetImport.Imports;

/// <summary>Takes imports and their partitions from the queue and does them, several at a time.</summary>
internal sealed class ImportWorker(
    ImportStore imports,
    ImportPipeline pipeline,
    WorkQueue<ImportMessage> queue,
    IOptions<DatasetImportOptions> options,
    TimeProvider time,
    ILogger<ImportWorker> logger)
    : JobWorker<ImportMessage>(queue, time, logger)
{
    /// <summary>One waits for the storage while another decodes.</summary>
    private const int FewestAtATime = 2;

    /// <summary>More than these the storage does not serve any faster, and they would take memory.</summary>
    private const int MostAtATime = 8;

    private readonly TimeProvider _time = time;

    protected override TimeSpan Ownership => options.Value.WorkerTimeout;

    protected override int Concurrency => options.Value.ConcurrentPartitions is > 0 and var wanted
        ? wanted
        : Math.Clamp(Environment.ProcessorCount, FewestAtATime, MostAtATime);

    /// <summary>A partition needs none: two workers at one come to the same.</summary>
    protected override BlobClient? LeaseBlob(ImportMessage message) => message.Partition is null ? imports.Lease(message.ImportId) : null;

    protected override async Task<bool> WorkAsync(ImportMessage message, CancellationToken cancellationToken)
    {
        Activity.Current?.SetTag(TelemetryAttributes.ImportId, message.ImportId);
        await using var watch = new JobWatch<Import>(imports, message.ImportId, import => !import.HasEnded, _time);
        using var mine = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, watch.Lost);
        try
        {
            await (message.Partition is { } partition
                ? pipeline.RunPartitionAsync(message.ImportId, partition, mine.Token)
                : pipeline.RunAsync(message.ImportId, mine.Token));
            return true;
        }
        catch (Exception) when (watch.Lost.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // It was cancelled, or another partition has failed it.
            return true;
        }
        catch (ImportFailedException exception)
        {
            return await FailAsync(message, exception, exception.Title, exception.Detail, cancellationToken);
        }
        catch (DatasetException exception)
        {
            return await FailAsync(message, exception, "The dataset version cannot be written", exception.Message, cancellationToken);
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
                $"It answered with status {exception.Status}. Check that its disk has free space (for Azurite, the disk with the data directory), then retry the import.",
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
