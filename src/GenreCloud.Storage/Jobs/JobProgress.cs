using System.Diagnostics;
using Azure;

namespace GenreCloud.Storage;

/// <summary>
/// Writes how far a job is into its document, once a second and beside the work, which does not wait for it.
/// </summary>
/// <param name="jobs">The documents.</param>
/// <param name="jobId">The job.</param>
/// <param name="time">Spaces the writes.</param>
public sealed class JobProgress<TJob>(JobStore<TJob> jobs, string jobId, TimeProvider time) : IAsyncDisposable
    where TJob : class, IJob
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private Task _writing = Task.CompletedTask;
    private long _written = time.GetTimestamp();
    private Func<TJob, TJob>? _latest;

    /// <summary>Notes a change of the document, and begins to write it if the last write is over and some time ago. One caller at a time.</summary>
    public void Post(Func<TJob, TJob> change, CancellationToken cancellationToken)
    {
        _latest = change;
        if (_writing.IsCompleted && time.GetElapsedTime(_written) >= Interval)
        {
            _written = time.GetTimestamp();
            _writing = TryWriteAsync(change, cancellationToken);
        }
    }

    /// <summary>Waits for a write that is under way, then writes the latest change.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _writing;
        if (_latest is { } latest)
        {
            await jobs.UpdateAsync(jobId, latest, cancellationToken);
        }
    }

    /// <summary>Waits for a write that is under way: none may arrive after the job has another owner.</summary>
    public async ValueTask DisposeAsync() => await _writing;

    private async Task TryWriteAsync(Func<TJob, TJob> change, CancellationToken cancellationToken)
    {
        // Several writes a second would bury the work's own spans.
        Activity.Current = null;
        try
        {
            await jobs.UpdateAsync(jobId, change, cancellationToken);
        }
        catch (Exception exception) when (exception is RequestFailedException or AggregateException or OperationCanceledException)
        {
            // The next write says more. Where the storage stays away, the work itself finds out.
        }
    }
}
