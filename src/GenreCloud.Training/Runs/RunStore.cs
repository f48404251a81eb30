using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using GenreCloud.Registry;
using GenreCloud.Storage;

namespace GenreCloud.Training.Runs;

/// <summary>The runs' documents and metrics in container <c>runs</c>.</summary>
internal sealed class RunStore(BlobServiceClient blobs, TimeProvider time)
    : JobStore<Run>(blobs.GetBlobContainerClient(StorageNames.Containers.Runs), "run.json")
{
    /// <summary>Ends a run as failed, unless it has ended already.</summary>
    public Task FailAsync(string id, string title, string detail, CancellationToken cancellationToken) =>
        UpdateAsync(id, run => run.Failed(new RunError(title, detail), time.GetUtcNow()), cancellationToken);

    /// <inheritdoc cref="JobStore{TJob}.AcceptAsync"/>
    public Task AcceptAsync(Run run, WorkQueue<RunMessage> queue, CancellationToken cancellationToken) => AcceptAsync(
        run,
        queue,
        new RunMessage(run.Id),
        stored => stored.Failed(
            new RunError("The run could not be queued", "The storage did not take the message for the worker. Start it again."), time.GetUtcNow()),
        cancellationToken);

    /// <summary>Begins <c>metrics.jsonl</c> anew and returns it.</summary>
    public async Task<AppendLog<EpochMetrics>> BeginMetricsAsync(string id, CancellationToken cancellationToken)
    {
        var blob = Container.GetAppendBlobClient($"{id}/metrics.jsonl");
        await blob.DeleteIfExistsAsync(cancellationToken: cancellationToken);
        return new AppendLog<EpochMetrics>(blob);
    }
}
