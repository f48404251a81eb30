using System.Diagnostics;
using Azure;

namespace GenreCloud.Training.Runs;

/// <summary>
/// Looks twice a second whether a run is still its attempt's. It is not any more when it was cancelled, given up, or taken over:
/// then the work on it is to stop, and not only when it next has something to write.
/// </summary>
internal sealed class RunWatch : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _disposed = new();
    private readonly Task _watching;

    /// <param name="runs">The documents.</param>
    /// <param name="attempt">The attempt whose run is watched.</param>
    /// <param name="time">Spaces the looks.</param>
    public RunWatch(RunStore runs, RunAttempt attempt, TimeProvider time)
    {
        Lost = _lost.Token;
        _watching = WatchAsync(runs, attempt, time);
    }

    /// <summary>Cancelled once the run is no longer the attempt's.</summary>
    public CancellationToken Lost { get; }

    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync();
        await _watching;
        _disposed.Dispose();
        _lost.Dispose();
    }

    private async Task WatchAsync(RunStore runs, RunAttempt attempt, TimeProvider time)
    {
        // Looking is no part of the run's trace.
        Activity.Current = null;
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                await timer.WaitForNextTickAsync(_disposed.Token);
            }
            while (await IsMineAsync(runs, attempt));
            await _lost.CancelAsync();
        }
        catch (OperationCanceledException) when (_disposed.IsCancellationRequested)
        {
            // The attempt is over.
        }
    }

    private async Task<bool> IsMineAsync(RunStore runs, RunAttempt attempt)
    {
        try
        {
            return await runs.FindAsync(attempt.Run.Id, _disposed.Token) is { } run && attempt.Owns(run);
        }
        catch (Exception exception) when (exception is RequestFailedException or AggregateException)
        {
            // A storage that is away says nothing of the run; the work itself finds out.
            return true;
        }
    }
}
