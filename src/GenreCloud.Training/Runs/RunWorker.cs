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

        var exit = await ExecuteAsync(message.RunId, cancellationToken);
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

        await runs.FailAsync(
            message.RunId,
            exit.LacksMemory ? "Memory ran out" : "The training process ended before the run did",
            exit.MayLackMemory ? $"{exit.Explanation} {await AdviseAsync(found, cancellationToken)}" : exit.Explanation,
            cancellationToken);
        return false;
    }

    /// <summary>A run that is cancelled in this process need not wait until its own finds it in the storage.</summary>
    private async Task<RunExit> ExecuteAsync(string runId, CancellationToken cancellationToken)
    {
        using var cancelled = new CancellationTokenSource();
        void Tell(string id)
        {
            try
            {
                if (id == runId)
                {
                    cancelled.Cancel();
                }
            }
            catch (ObjectDisposedException)
            {
                // Its process has just ended.
            }
        }

        runs.Cancelled += Tell;
        try
        {
            return await process.ExecuteAsync(runId, cancelled.Token, cancellationToken);
        }
        finally
        {
            runs.Cancelled -= Tell;
        }
    }

    /// <summary>What to do about a run whose batch may be too large: by trying, since no figure tells what another machine holds.</summary>
    private async Task<string> AdviseAsync(Run run, CancellationToken cancellationToken)
    {
        var trial = await process.TryBatchSizesAsync(run.Id, cancellationToken);
        return BatchSizeTrial.AdvisedBy(trial.Errors) is { } size
            ? $"The run's batchSize is {run.Settings.BatchSize}; {size} fits into the memory that is free now. Start it again with batchSize {size}."
            : $"The run's batchSize is {run.Settings.BatchSize}, and no smaller one fits into the memory that is free now either. Free memory, or train on a larger machine.";
    }

    protected override Task GiveUpAsync(RunMessage message, string reason, CancellationToken cancellationToken) =>
        runs.FailAsync(message.RunId, "The run was given up", reason, cancellationToken);
}
