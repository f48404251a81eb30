using System.Diagnostics;
using Azure;
using Azure.Storage.Blobs.Models;
using GenreCloud.Modeling;
using GenreCloud.Modeling.States;
using GenreCloud.Storage;

namespace GenreCloud.Training.Runs;

/// <summary>
/// Saves a run's training as it goes, and continues one that another process left. Each attempt writes blobs of its own, and the
/// run's document names the one that counts: a process that has lost the run can neither overwrite nor replace its successor's.
/// </summary>
internal sealed partial class RunCheckpoints(RunStore runs, RunAttempt attempt, Trainer trainer, TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>Held while a state is saved: the one that is named last must be the newest.</summary>
    private readonly SemaphoreSlim _saving = new(1, 1);

    private RunCheckpoint? _newest = attempt.Run.Checkpoint;
    private int _saved;

    /// <summary>Puts the trainer where the last saved state is; it stays at the beginning where there is none that can be used.</summary>
    public async Task RestoreAsync(CancellationToken cancellationToken)
    {
        if (_newest is not { } checkpoint)
        {
            return;
        }

        try
        {
            await using var state = await runs.Checkpoint(attempt.Run.Id, checkpoint.Name).OpenReadAsync(cancellationToken: cancellationToken);
            await trainer.RestoreStateAsync(state, cancellationToken);
            LogRestored(attempt.Run.Id, checkpoint.Name, checkpoint.Epochs);
        }
        catch (Exception exception) when (
            exception is TrainerStateException || exception is RequestFailedException { ErrorCode: var code } && code == BlobErrorCode.BlobNotFound)
        {
            LogUnusable(exception, attempt.Run.Id, checkpoint.Name);
        }
    }

    /// <summary>Saves the training as it stands between two steps, and makes it the state to continue from.</summary>
    /// <param name="change">What else is to change in the run's document at that moment.</param>
    /// <param name="cancellationToken">Ends the saving.</param>
    /// <exception cref="RunTakenOverException">The run belongs to another process, or has ended; its state is as it was.</exception>
    public Task SaveAsync(Func<Run, Run> change, CancellationToken cancellationToken) => SaveAsync(change, beforeNamed: null, cancellationToken);

    private async Task SaveAsync(Func<Run, Run> change, Func<CancellationToken, Task>? beforeNamed, CancellationToken cancellationToken)
    {
        await _saving.WaitAsync(cancellationToken);
        try
        {
            using var state = new MemoryStream();
            var epochs = trainer.Epochs.Count;
            await trainer.SaveStateAsync(state, cancellationToken);
            state.Position = 0;
            var checkpoint = new RunCheckpoint($"{attempt.Id:n}-{++_saved}.state", epochs, time.GetUtcNow());
            await runs.Checkpoint(attempt.Run.Id, checkpoint.Name).UploadAsync(state, cancellationToken);
            if (beforeNamed is not null)
            {
                await beforeNamed(cancellationToken);
            }

            await attempt.UpdateAsync(run => change(run) with { Checkpoint = checkpoint }, cancellationToken);
            var earlier = _newest;
            _newest = checkpoint;
            await DeleteAsync(earlier, cancellationToken);
        }
        finally
        {
            _saving.Release();
        }
    }

    /// <summary>Saves again and again until it is cancelled; what the storage does not take then is saved the next time.</summary>
    /// <param name="interval">From one to the next.</param>
    /// <param name="beforeNamed">Stores what must be there of the steps in a state before the run goes on from it.</param>
    /// <param name="cancellationToken">Ends the saving.</param>
    public async Task SaveEveryAsync(TimeSpan interval, Func<CancellationToken, Task> beforeNamed, CancellationToken cancellationToken)
    {
        // Saving is no part of an epoch's trace.
        Activity.Current = null;
        using var timer = new PeriodicTimer(interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                await TrySaveAsync(beforeNamed, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The training is over.
        }
    }

    public void Dispose() => _saving.Dispose();

    private async Task TrySaveAsync(Func<CancellationToken, Task> beforeNamed, CancellationToken cancellationToken)
    {
        try
        {
            await SaveAsync(run => run, beforeNamed, cancellationToken);
        }
        catch (Exception exception) when (RunFailure.IsOfStorage(exception) || exception is RunTakenOverException or LogTakenOverException or InvalidOperationException)
        {
            // A lost run and a failed step end the training by themselves.
            LogNotSaved(exception, attempt.Run.Id);
        }
    }

    private async Task DeleteAsync(RunCheckpoint? checkpoint, CancellationToken cancellationToken)
    {
        if (checkpoint is null)
        {
            return;
        }

        try
        {
            await runs.Checkpoint(attempt.Run.Id, checkpoint.Name).DeleteIfExistsAsync(cancellationToken: cancellationToken);
        }
        catch (Exception exception) when (RunFailure.IsOfStorage(exception))
        {
            // It only takes room.
        }
    }

    [LoggerMessage(LogLevel.Information, "Run {RunId} goes on from {Checkpoint}, after {Epochs} epochs")]
    private partial void LogRestored(string runId, string checkpoint, int epochs);

    [LoggerMessage(LogLevel.Warning, "Run {RunId} begins anew: its state {Checkpoint} cannot be used")]
    private partial void LogUnusable(Exception exception, string runId, string checkpoint);

    [LoggerMessage(LogLevel.Warning, "The state of run {RunId} could not be saved this time")]
    private partial void LogNotSaved(Exception exception, string runId);
}
