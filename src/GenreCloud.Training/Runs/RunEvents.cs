using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

namespace GenreCloud.Training.Runs;

/// <summary>
/// What happens to a run, as server-sent events: <c>progress</c> (<see cref="RunStep"/>) whenever it moved, <c>epoch</c>
/// (<see cref="GenreCloud.Registry.EpochMetrics"/>, its number the event's id) for each that is finished, and at last <c>end</c>
/// with the whole <see cref="Run"/>. Read from the storage, so that any replica can tell.
/// </summary>
internal static class RunEvents
{
    /// <summary>How long a reader waits for news at most, less the way they take.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>After so long without news the last progress is told again: proxies end connections that are silent.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(15);

    /// <summary>Follows a run to its end.</summary>
    /// <param name="runs">The documents.</param>
    /// <param name="id">A run that exists.</param>
    /// <param name="lastEpoch">Epochs up to this number were told before.</param>
    /// <param name="time">Spaces the looks.</param>
    /// <param name="cancellationToken">Ends the following.</param>
    public static async IAsyncEnumerable<SseItem<object>> FollowAsync(
        RunStore runs, string id, int lastEpoch, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        RunStep? told = null;
        var toldAt = time.GetTimestamp();
        while (await runs.FindAsync(id, cancellationToken) is { } run)
        {
            var step = new RunStep(run.Status, run.Progress);
            if (step != told || time.GetElapsedTime(toldAt) >= LongestSilence)
            {
                (told, toldAt) = (step, time.GetTimestamp());
                yield return new SseItem<object>(step, "progress");
            }

            foreach (var epoch in run.Epochs.Where(epoch => epoch.Epoch > lastEpoch))
            {
                lastEpoch = epoch.Epoch;
                yield return new SseItem<object>(epoch, "epoch") { EventId = $"{epoch.Epoch}" };
            }

            if (run.HasEnded)
            {
                yield return new SseItem<object>(run, "end");
                yield break;
            }

            await Task.Delay(Interval, time, cancellationToken);
        }
    }
}

/// <summary>Where a run stands.</summary>
/// <param name="Status">What it is at.</param>
/// <param name="Progress">How far the training is; null before its first step.</param>
internal sealed record RunStep(RunStatus Status, RunProgress? Progress);
