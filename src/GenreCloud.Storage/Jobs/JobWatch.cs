using System.Diagnostics;
using Azure;

namespace GenreCloud.Storage;

/// <summary>
/// Looks twice a second whether a job is still its worker's to do. It is not any more when it was cancelled, given up, or taken over:
/// then the work on it is to stop, and not only when it next has something to write.
/// </summary>
public sealed class JobWatch<TJob> : IAsyncDisposable
    where TJob : class, IJob
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _disposed = new();
    private readonly Task _watching;

    /// <param name="jobs">The documents.</param>
    /// <param name="jobId">The job that is watched.</param>
    /// <param name="isMine">Whether the job, as it is stored now, is still its worker's.</param>
    /// <param name="time">Spaces the looks.</param>
    public JobWatch(JobStore<TJob> jobs, string jobId, Func<TJob, bool> isMine, TimeProvider time)
    {
        Lost = _lost.Token;
        _watching = WatchAsync(jobs, jobId, isMine, time);
    }

    /// <summary>Cancelled once the job is no longer its worker's.</summary>
    public CancellationToken Lost { get; }

    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync();
        await _watching;
        _disposed.Dispose();
        _lost.Dispose();
    }

    private async Task WatchAsync(JobStore<TJob> jobs, string jobId, Func<TJob, bool> isMine, TimeProvider time)
    {
        // Looking is no part of the job's trace.
        Activity.Current = null;
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                await timer.WaitForNextTickAsync(_disposed.Token);
            }
            while (await IsMineAsync(jobs, jobId, isMine));
            await _lost.CancelAsync();
        }
        catch (OperationCanceledException) when (_disposed.IsCancellationRequested)
        {
            // The work is over.
        }
    }

    private async Task<bool> IsMineAsync(JobStore<TJob> jobs, string jobId, Func<TJob, bool> isMine)
    {
        try
        {
            return await jobs.FindAsync(jobId, _disposed.Token) is { } job && isMine(job);
        }
        catch (Exception exception) when (exception is RequestFailedException or AggregateException)
        {
            // A storage that is away says nothing of the job; the work itself finds out.
            return true;
        }
    }
}
