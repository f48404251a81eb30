using System.Diagnostics;
using Azure.Storage.Blobs;
using GenreCloud.Storage;
using Microsoft.Extensions.Options;

namespace GenreCloud.DatasetImport.Garbage;

/// <summary>Collects the garbage when the service starts and then again and again; of several services, one at a time.</summary>
internal sealed partial class GarbageWorker(
    GarbageCollector collector, BlobServiceClient blobs, IOptions<DatasetImportOptions> options, TimeProvider time, ILogger<GarbageWorker> logger)
    : BackgroundService
{
    /// <summary>The blob in container <c>imports</c> whose lease has who collects.</summary>
    public const string LeaseBlob = "garbage/lease";

    /// <summary>How long nobody else collects after this process vanishes.</summary>
    private static readonly TimeSpan Ownership = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // It belongs to no request's trace.
        Activity.Current = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await CollectOnceAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // Whatever it is, the next collection goes on, and the service lives on.
                LogFailed(exception);
            }

            await Task.Delay(options.Value.GarbageCollectionInterval, time, stoppingToken);
        }
    }

    private async Task CollectOnceAsync(CancellationToken stoppingToken)
    {
        var blob = blobs.GetBlobContainerClient(StorageNames.Containers.Imports).GetBlobClient(LeaseBlob);
        await using var lease = await BlobLease.TryAcquireAsync(blob, Ownership, time, stoppingToken);
        if (lease is null)
        {
            return;
        }

        using var owned = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lease.Lost);
        await collector.CollectAsync(owned.Token);
    }

    [LoggerMessage(LogLevel.Error, "The garbage could not be collected; the next collection tries again")]
    private partial void LogFailed(Exception exception);
}
