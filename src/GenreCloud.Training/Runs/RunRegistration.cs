using System.Diagnostics;
using GenreCloud.Registry;
using GenreCloud.Storage;

namespace GenreCloud.Training.Runs;

/// <summary>
/// The end of a run: its model version becomes visible once, whenever the process dies. Before it does, the run's document
/// notes the number and the result, so that the next owner completes the run instead of training it again.
/// </summary>
internal sealed class RunRegistration(RunStore runs, ModelRegistry registry, TimeProvider time)
{
    /// <summary>Registers what the run trained, and completes it.</summary>
    public Task RegisterAsync(Run run, PreparedRun prepared, ModelExport export, CancellationToken cancellationToken) => TracedWork.RunAsync(
        () => TrainingTelemetry.StartRegister(run.Id),
        async span =>
        {
            var card = await registry.StageAsync(run.Settings.Model, export.Onnx, export.Description, cancellationToken);
            var result = new RunResult
            {
                Model = card.Model,
                ModelVersion = card.Version,
                TrainingSamples = prepared.Split.Training.Count,
                ValidationSamples = prepared.Split.Validation.Count,
                Top1 = card.Metrics.Top1!.Value,
                Top5 = card.Metrics.Top5!.Value,
                MajorityBaseline = card.Metrics.MajorityBaseline!.Value,
                ImagesPerSecond = card.Metrics.Epochs.Average(epoch => epoch.ImagesPerSecond),
                ParityMaxDifference = card.Metrics.Parity.MaxAbsoluteDifference,
                ParitySamples = card.Metrics.Parity.Samples,
                Precision = prepared.Precision,
                PeakMemoryBytes = Process.GetCurrentProcess().PeakWorkingSet64,
            };
            await runs.UpdateAsync(run.Id, current => current with { PendingResult = result }, cancellationToken);
            await PublishAsync(run, card, result, span, cancellationToken);
        });

    /// <summary>Completes a run whose earlier process made its model version visible and died before it could say so.</summary>
    /// <returns>False when there is no such version, and the run is still to be done.</returns>
    public async Task<bool> TryResumeAsync(Run run, CancellationToken cancellationToken)
    {
        if (run.PendingResult is not { } result
            || await registry.FindCardAsync(result.Model, result.ModelVersion, cancellationToken) is not { } card
            || card.Lineage.RunId != run.Id)
        {
            return false;
        }

        await TracedWork.RunAsync(
            () => TrainingTelemetry.StartRegister(run.Id), span => PublishAsync(run, card, result, span, cancellationToken));
        return true;
    }

    private async Task PublishAsync(Run run, ModelCard card, RunResult result, Activity? span, CancellationToken cancellationToken)
    {
        span?.SetModelVersion(card.Model, card.Version);
        await registry.PublishAsync(card, who: $"run {run.Id}", cancellationToken);
        await runs.UpdateAsync(
            run.Id,
            current => current with { Status = RunStatus.Completed, PendingResult = null, Result = result, EndedAt = time.GetUtcNow() },
            cancellationToken);
    }
}
