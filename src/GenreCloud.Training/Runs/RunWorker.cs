using System.Diagnostics;
using Azure.Storage.Blobs;
using GenreCloud.Storage;

namespace GenreCloud.Training.Runs;

/// <summary>Takes runs from the queue and has each executed by a process of its own.</summary>
internal sealed class RunWorker(RunStore runs, RunProcess process, WorkQueue<RunMessage> queue, TimeProvider time, ILogger<RunWorker> logger)
    : JobWorker<RunMessage>(queue, time, logger)
{
    protected override BlobClient LeaseBlob(RunMessage message) => runs.Lease(message.RunId);

    protected override async Task<bool> WorkAsync(RunMessage message, CancellationToken cancellationToken)
    {
        Activity.Current?.SetTag(TelemetryAttributes.RunId, message.RunId);
        var found = await runs.FindAsync(message.RunId, cancellationToken) ?? throw new JobNotFoundException(message.RunId);
        if (found.HasEnded)
        {
            return found.Status != RunStatus.Failed;
        }

        var exit = await process.ExecuteAsync(message.RunId, cancellationToken);
        if (await runs.FindAsync(message.RunId, cancellationToken) is { HasEnded: true } run)
        {
            return run.Status != RunStatus.Failed;
        }

        if (exit.WasStopped)
        {
            throw new RunStoppedException(message.RunId);
        }

        if (exit.Code == RunExit.StorageFailed)
        {
            throw new RunStorageException(exit.LastError);
        }

        if (exit.Code == RunExit.TakenOver)
        {
            // By the process of a worker that had lost the run and did not know it yet. The run is ours: it is done again.
            throw new RunTakenOverException(message.RunId);
        }

        await runs.FailAsync(message.RunId, "The training process ended before the run did", exit.Explanation, cancellationToken);
        return false;
    }

    protected override Task GiveUpAsync(RunMessage message, string reason, CancellationToken cancellationToken) =>
        runs.FailAsync(message.RunId, "The run was given up", reason, cancellationToken);
}
