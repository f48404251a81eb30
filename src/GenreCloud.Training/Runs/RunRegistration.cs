using System.Diagnostics;
using GenreCloud.Registry;
using GenreCloud.Storage;

namespace GenreCloud.Training.Runs;

/// <summary>
/// The end of a run: its model version becomes visible once, whenever the process dies. Before it does, the version is staged and
/// the run's document notes its number and the result, so that the next owner publishes that version instead of training again.
/// </summary>
internal sealed class RunRegistration(ModelRegistry registry, TimeProvider time)
{
    /// <summary>Registers what the run trained, and completes it.</summary>
    /// <param name="attempt">At the run.</param>
    /// <param name="result">What is known of the result without its version.</param>
    /// <param name="export">What is registered.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="RunTakenOverException">The run belongs to another process, or has ended.</exception>
    public Task RegisterAsync(RunAttempt attempt, RunResult result, ModelExport export, CancellationToken cancellationToken) => TracedWork.RunAsync(
        () => TrainingTelemetry.StartRegister(attempt.Run.Id),
        async span =>
        {
            var card = await registry.StageAsync(attempt.Run.Settings.Model, export.Files, export.Description, cancellationToken);
            var registered = result with
            {
                Model = card.Model,
                ModelVersion = card.Version,
                ParityMaxDifference = card.Metrics.Parity.MaxAbsoluteDifference,
                ParitySamples = card.Metrics.Parity.Samples,
            };

            // Goes through only while the run is ours: after this, the version becomes visible.
            await attempt.UpdateAsync(current => current with { PendingResult = registered }, cancellationToken);
            await PublishAsync(attempt, card, registered, span, cancellationToken);
        });

    /// <summary>
    /// Completes a run whose earlier process had noted its staged model version, and died or stalled before it could say that it
    /// is registered. Should that process still be alive, it makes the same version visible, and no second one.
    /// </summary>
    /// <returns>False when there is no such version, and the run is still to be done.</returns>
    /// <exception cref="RunTakenOverException">The run belongs to another process, or has ended.</exception>
    public async Task<bool> TryResumeAsync(RunAttempt attempt, CancellationToken cancellationToken)
    {
        var run = attempt.Run;
        if (run.PendingResult is not { Model: { } model, ModelVersion: { } version } result
            || await registry.FindStagedAsync(model, version, cancellationToken) is not { } card
            || card.Lineage.RunId != run.Id)
        {
            return false;
        }

        await TracedWork.RunAsync(
            () => TrainingTelemetry.StartRegister(run.Id), span => PublishAsync(attempt, card, result, span, cancellationToken));
        return true;
    }

    private async Task PublishAsync(RunAttempt attempt, ModelCard card, RunResult result, Activity? span, CancellationToken cancellationToken)
    {
        span?.SetModelVersion(card.Model, card.Version);
        await registry.PublishAsync(card, who: $"run {attempt.Run.Id}", cancellationToken);
        await attempt.UpdateAsync(current => current.Completed(result, time.GetUtcNow()), cancellationToken);
    }
}
