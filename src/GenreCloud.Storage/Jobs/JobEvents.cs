using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace GenreCloud.Storage;

/// <summary>
/// What happens to a job, as server-sent events: <c>progress</c> whenever it moved, other news in between, and at last <c>end</c> with the
/// whole job; that it ended is not told before its result is. Read from the storage, so that any replica can tell.
/// </summary>
public static class JobEvents
{
    /// <summary>How long a reader waits for news at most, less the way they take.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>After so long without news the last progress is told again: proxies end connections that are silent.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(15);

    /// <summary>Follows a job to its end.</summary>
    /// <param name="jobs">The documents.</param>
    /// <param name="id">A job that exists.</param>
    /// <param name="progressOf">How far the job is: what <c>progress</c> tells.</param>
    /// <param name="newsOf">What else there is to tell of the job, after its progress; called at every look. Null for nothing.</param>
    /// <param name="shown">The job as <c>end</c> tells it.</param>
    /// <param name="time">Spaces the looks.</param>
    /// <param name="cancellationToken">Ends the following.</param>
    public static async IAsyncEnumerable<SseItem<object>> FollowAsync<TJob>(
        JobStore<TJob> jobs,
        string id,
        Func<TJob, object> progressOf,
        Func<TJob, IAsyncEnumerable<SseItem<object>>>? newsOf,
        Func<TJob, TJob> shown,
        TimeProvider time,
        [EnumeratorCancellation] CancellationToken cancellationToken)
        where TJob : class, IJob
    {
        string? told = null;
        var toldAt = time.GetTimestamp();
        while (await jobs.FindAsync(id, cancellationToken) is { } job)
        {
            var progress = progressOf(job);
            var text = JsonSerializer.Serialize(progress, GenreCloudJson.Options);
            if (!job.HasEnded && (text != told || time.GetElapsedTime(toldAt) >= LongestSilence))
            {
                (told, toldAt) = (text, time.GetTimestamp());
                yield return new SseItem<object>(progress, "progress");
            }

            if (newsOf is not null)
            {
                await foreach (var news in newsOf(job).WithCancellation(cancellationToken))
                {
                    yield return news;
                }
            }

            if (job.HasEnded)
            {
                yield return new SseItem<object>(shown(job), "end");
                yield break;
            }

            await Task.Delay(Interval, time, cancellationToken);
        }
    }
}
