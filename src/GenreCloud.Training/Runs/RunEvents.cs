using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using GenreCloud.Registry;
using GenreCloud.Storage;

namespace GenreCloud.Training.Runs;

/// <summary>
/// What happens to a run, as server-sent events: <c>progress</c> (<see cref="RunStep"/>) whenever it moved, <c>step</c>
/// (<see cref="StepMetrics"/>) for each step, <c>epoch</c> (<see cref="EpochMetrics"/>) after the steps of each that is finished, and
/// at last <c>end</c> with the whole <see cref="Run"/>. Read from the storage, so that any replica can tell.
/// </summary>
internal static class RunEvents
{
    /// <summary>Follows a run to its end.</summary>
    /// <param name="runs">The documents.</param>
    /// <param name="id">A run that exists.</param>
    /// <param name="heard">What was told before.</param>
    /// <param name="time">Spaces the looks.</param>
    /// <param name="cancellationToken">Ends the following.</param>
    public static IAsyncEnumerable<SseItem<object>> FollowAsync(
        RunStore runs, string id, RunEventId heard, TimeProvider time, CancellationToken cancellationToken)
    {
        var metrics = runs.FollowMetrics(id);
        var steps = new Queue<StepMetrics>();
        return JobEvents.FollowAsync(runs, id, run => new RunStep(run.Status, run.Progress), run => NewsOf(run, cancellationToken), run => run, time, cancellationToken);

        async IAsyncEnumerable<SseItem<object>> NewsOf(Run run, [EnumeratorCancellation] CancellationToken stopping)
        {
            // After the document: all steps of the epochs that it names are there, and perhaps some of later ones, which have to wait.
            while (await metrics.ReadAsync(stopping) is { Count: > 0 } lines)
            {
                foreach (var line in lines.OfType<StepMetrics>())
                {
                    steps.Enqueue(line);
                }
            }

            foreach (var epoch in run.Epochs)
            {
                foreach (var made in Until(epoch.Epoch))
                {
                    yield return made;
                }

                if (epoch.Epoch > heard.Epochs)
                {
                    heard = heard with { Epochs = epoch.Epoch };
                    yield return new SseItem<object>(epoch, "epoch") { EventId = heard.ToString() };
                }
            }

            foreach (var made in Until(run.HasEnded ? int.MaxValue : run.Epochs.Count + 1))
            {
                yield return made;
            }
        }

        IEnumerable<SseItem<object>> Until(int epoch)
        {
            while (steps.TryPeek(out var next) && next.Epoch <= epoch)
            {
                steps.Dequeue();
                if (next.Epoch > heard.Epochs && next.Step > heard.Step)
                {
                    heard = heard with { Step = next.Step };
                    yield return new SseItem<object>(next, "step") { EventId = heard.ToString() };
                }
            }
        }
    }
}

/// <summary>Where a run stands.</summary>
/// <param name="Status">What it is at.</param>
/// <param name="Progress">How far the training is; null before its first step.</param>
internal sealed record RunStep(RunStatus Status, RunProgress? Progress);

/// <summary>The id of an event: how far its reader has heard. "2.57" after the second epoch and the 57th step, "2" after the second epoch.</summary>
/// <param name="Epochs">The last finished epoch that was told; its steps were told, too.</param>
/// <param name="Step">The last step that was told; 0 where only the epoch is known.</param>
internal readonly record struct RunEventId(int Epochs, int Step)
{
    /// <param name="id">A Last-Event-ID header; nothing was heard where it is missing or from elsewhere.</param>
    public static RunEventId Parse(string? id)
    {
        var parts = (id ?? "").Split('.');
        return parts.Length <= 2 && IsNumber(parts[0], out var epochs) && IsNumber(parts.ElementAtOrDefault(1) ?? "0", out var step)
            ? new RunEventId(epochs, step)
            : default;

        static bool IsNumber(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epochs}.{Step}");
}
