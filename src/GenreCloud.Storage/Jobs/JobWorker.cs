using System.Diagnostics;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GenreCloud.Storage;

/// <summary>
/// Does the jobs of a queue, one at a time or several, each under a lease, so that a job has one owner however many workers there are.
/// A worker that stops or dies leaves its job to the next one; a job that keeps failing is given up with the reason.
/// </summary>
public abstract partial class JobWorker<TMessage>(WorkQueue<TMessage> queue, TimeProvider time, ILogger logger) : BackgroundService
    where TMessage : class
{
    private static readonly TimeSpan ShortestIdle = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestIdle = TimeSpan.FromSeconds(1);

    /// <summary>How long a job stays ours after this process vanishes; 15 to 60 seconds.</summary>
    protected virtual TimeSpan Ownership => TimeSpan.FromSeconds(30);

    /// <summary>How many jobs this worker does at a time.</summary>
    protected virtual int Concurrency => 1;

    /// <summary>How long a job that failed, or a storage that did not answer, is left alone before the next attempt.</summary>
    protected virtual TimeSpan RetryDelay => TimeSpan.FromSeconds(5);

    /// <summary>
    /// The blob whose lease owns the job; null for a job that is harmless when two workers do it, which its hidden message prevents as a rule.
    /// </summary>
    protected abstract BlobClient? LeaseBlob(TMessage message);

    /// <summary>
    /// Does the job, from the start or from where an earlier owner left it. A job that cannot succeed ends normally, with
    /// the reason in its document; an exception means that trying again may help. <see cref="Activity.Current"/> is the span of
    /// the attempt, where anyone listens.
    /// </summary>
    /// <returns>Whether the job has ended well; false when it has ended as failed.</returns>
    protected abstract Task<bool> WorkAsync(TMessage message, CancellationToken cancellationToken);

    /// <summary>Writes into the job's document that it failed for good.</summary>
    /// <param name="message">The job.</param>
    /// <param name="reason">What the last attempt failed with, in one line.</param>
    /// <param name="cancellationToken">Ends the write.</param>
    protected abstract Task GiveUpAsync(TMessage message, string reason, CancellationToken cancellationToken);

    /// <summary>
    /// Makes one attempt at the next job; returns when that is over, or when no job has come for a while. The one who starts a
    /// process for each job also ends those that take too long: being stopped counts as an attempt that failed.
    /// </summary>
    public Task TakeOneAsync(TimeSpan patience, CancellationToken stoppingToken) => TakeJobsAsync(patience, stoppingToken);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, Concurrency).Select(_ => TakeJobsAsync(patience: null, stoppingToken)));

    /// <param name="patience">How long to wait for one job; null for all jobs, without end.</param>
    private async Task TakeJobsAsync(TimeSpan? patience, CancellationToken stoppingToken)
    {
        // Asking for jobs is no part of a trace in which the host may have been started.
        Activity.Current = null;
        var idle = ShortestIdle;
        var emptySince = time.GetTimestamp();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var item = await queue.ReceiveAsync(Ownership, stoppingToken);
                if (item is null)
                {
                    if (time.GetElapsedTime(emptySince) >= patience)
                    {
                        return;
                    }

                    await Task.Delay(idle, time, stoppingToken);
                    idle = idle * 2 < LongestIdle ? idle * 2 : LongestIdle;
                    continue;
                }

                idle = ShortestIdle;
                await OwnAsync(item, stopCosts: patience is not null, stoppingToken);
                if (patience is not null)
                {
                    return;
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (patience is null)
            {
                // Whatever it is, the service lives on: an exception that left this loop would stop the whole host.
                LogNotTaken(logger, exception);
                await Task.Delay(RetryDelay, time, stoppingToken);
            }
        }
    }

    /// <param name="stopCosts">Whether being stopped costs the job an attempt.</param>
    private async Task OwnAsync(WorkItem<TMessage> item, bool stopCosts, CancellationToken stoppingToken)
    {
        var owned = LeaseBlob(item.Value);
        await using var lease = owned is null ? null : await AcquireAsync(owned, item, stoppingToken);
        if (owned is not null && lease is null)
        {
            // A second message about the same job. It costs no attempt: that would fail a job that is being done.
            LogOwnedByOther(logger, item.Value);
            await queue.HandBackAsync(item, Ownership, stoppingToken);
            return;
        }

        await TracedWork.RunAsync(
            () => StorageTelemetry.StartProcess(queue.Name, item.Parent, item.MessageId, item.Attempt),
            span => MeasureAsync(item, lease, stopCosts, span, stoppingToken));
    }

    private async Task MeasureAsync(
        WorkItem<TMessage> item, BlobLease? lease, bool stopCosts, Activity? span, CancellationToken stoppingToken)
    {
        // Work that comes again has waited for what its earlier worker did. The sender's clock may be ahead of ours.
        if (item.IsFirstDelivery)
        {
            var waited = time.GetUtcNow() - item.EnqueuedAt;
            StorageTelemetry.RecordWait(queue.Name, waited > TimeSpan.Zero ? waited : TimeSpan.Zero);
        }

        var started = time.GetTimestamp();
        var outcome = JobOutcome.Failed;
        try
        {
            outcome = await AttemptAsync(item, lease, stopCosts, span, stoppingToken);
        }
        finally
        {
            span?.SetOutcome(outcome);
            StorageTelemetry.RecordJob(queue.Name, outcome, time.GetElapsedTime(started));
        }
    }

    /// <returns>One of <see cref="JobOutcome"/>.</returns>
    private async Task<string> AttemptAsync(
        WorkItem<TMessage> item, BlobLease? lease, bool stopCosts, Activity? span, CancellationToken stoppingToken)
    {
        var lost = lease?.Lost ?? CancellationToken.None;
        using var owned = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, item.Lost, lost);
        try
        {
            var endedWell = await WorkAsync(item.Value, owned.Token);
            await item.CompleteAsync(CancellationToken.None);
            if (endedWell)
            {
                return JobOutcome.Completed;
            }

            span?.SetStatus(ActivityStatusCode.Error);
            return JobOutcome.GivenUp;
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested && !item.Lost.IsCancellationRequested && !lost.IsCancellationRequested)
        {
            // The lease goes first: the next owner must not find it taken.
            await (lease?.DisposeAsync() ?? ValueTask.CompletedTask);
            await (stopCosts ? item.AbandonAsync(TimeSpan.Zero, CancellationToken.None) : queue.HandBackAsync(item, TimeSpan.Zero, CancellationToken.None));
            return JobOutcome.HandedBack;
        }
        catch (Exception exception) when (owned.IsCancellationRequested)
        {
            LogLost(logger, item.Value);
            span?.Fail(exception);
            return JobOutcome.Lost;
        }
        catch (JobNotFoundException exception)
        {
            LogGone(logger, item.Value);
            span?.Fail(exception);
            await item.CompleteAsync(CancellationToken.None);
            return JobOutcome.GivenUp;
        }
        catch (Exception exception)
        {
            LogFailed(logger, exception, item.Value, item.Attempt, WorkQueue<TMessage>.MaxAttempts);
            span?.Fail(exception);
            var isLast = item.Attempt >= WorkQueue<TMessage>.MaxAttempts;
            if (isLast)
            {
                await GiveUpAsync(item.Value, exception.FirstLine(), stoppingToken);
            }

            await item.AbandonAsync(RetryDelay, stoppingToken);
            return isLast ? JobOutcome.GivenUp : JobOutcome.Failed;
        }
    }

    /// <summary>
    /// Takes the lease, or returns null when another worker keeps it. A message that comes again is one whose worker vanished,
    /// and that worker's lease may run out a little later than its message was hidden: so long is waited.
    /// </summary>
    private async Task<BlobLease?> AcquireAsync(BlobClient blob, WorkItem<TMessage> item, CancellationToken stoppingToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var lease = await BlobLease.TryAcquireAsync(blob, Ownership, time, stoppingToken);
            if (lease is not null || item.DequeueCount == 1 || item.Lost.IsCancellationRequested || time.GetElapsedTime(started) > Ownership)
            {
                return lease;
            }

            await Task.Delay(LongestIdle, time, stoppingToken);
        }
    }

    [LoggerMessage(LogLevel.Information, "{Message} is being done by another worker")]
    private static partial void LogOwnedByOther(ILogger logger, TMessage message);

    [LoggerMessage(LogLevel.Warning, "{Message} was taken over by another worker; this one stops doing it")]
    private static partial void LogLost(ILogger logger, TMessage message);

    [LoggerMessage(LogLevel.Warning, "{Message} is about a job that is not there; it is dropped")]
    private static partial void LogGone(ILogger logger, TMessage message);

    [LoggerMessage(LogLevel.Error, "{Message} failed in attempt {Attempt} of {MaxAttempts}")]
    private static partial void LogFailed(ILogger logger, Exception exception, TMessage message, long attempt, int maxAttempts);

    [LoggerMessage(LogLevel.Error, "The next job could not be taken from the storage; trying again")]
    private static partial void LogNotTaken(ILogger logger, Exception exception);
}
