using System.Diagnostics;
using GenreCloud.Datasets;
using GenreCloud.Modeling;
using GenreCloud.Registry;
using GenreCloud.Storage;
using Microsoft.Extensions.Options;

namespace GenreCloud.Training.Runs;

/// <summary>
/// Executes a run inside its own process: fetches the dataset, trains, exports to ONNX, proves that ONNX Runtime agrees, and
/// registers the model. What stops it for good is written into the run's document.
/// </summary>
internal sealed partial class RunExecutor(
    RunStore runs,
    DatasetStore datasets,
    ModelRegistry registry,
    RunRegistration registration,
    IOptions<TrainingServiceOptions> options,
    TimeProvider time,
    ILogger<RunExecutor> logger)
{
    /// <summary>With the interval at which <see cref="RunEvents"/> looks, within a second of the step.</summary>
    private static readonly TimeSpan MetricsInterval = TimeSpan.FromMilliseconds(600);

    /// <summary>Executes the run to its end, good or bad.</summary>
    /// <param name="parent">The trace that the run belongs to; default for one of its own.</param>
    /// <param name="unwanted">Cancelled once the run was cancelled by who says so at once; where others say it, the run's document is looked at.</param>
    /// <param name="cancellationToken">Ends the execution; the run has not ended.</param>
    /// <exception cref="JobNotFoundException">There is no such run.</exception>
    /// <exception cref="RunTakenOverException">The run belongs to another process, or was cancelled or given up; it is left as it is.</exception>
    /// <exception cref="Exception">
    /// The storage failed (<see cref="RunFailure.IsOfStorage"/>), or memory ran out (<see cref="RunFailure.IsOfMemory"/>); the run has not ended.
    /// </exception>
    public Task ExecuteAsync(string runId, ActivityContext parent, CancellationToken unwanted, CancellationToken cancellationToken) =>
        TracedWork.RunAsync(() => TrainingTelemetry.StartRun(runId, parent), span => ExecuteAsync(runId, span, unwanted, cancellationToken));

    private async Task ExecuteAsync(string runId, Activity? span, CancellationToken unwanted, CancellationToken cancellationToken)
    {
        var attempt = await RunAttempt.BeginAsync(runs, runId, time, cancellationToken);
        span?.SetSettings(attempt.Run.Settings);
        if (attempt.Run.HasEnded)
        {
            return;
        }

        try
        {
            if (await registration.TryResumeAsync(attempt, cancellationToken))
            {
                await runs.DeleteCheckpointsAsync(runId, cancellationToken);
                return;
            }

            TorchRuntime.EnsureLoaded();
            await using var watch = new JobWatch<Run>(runs, runId, attempt.Owns, time);
            using var working = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, watch.Lost, unwanted);
            try
            {
                await TrainAndRegisterAsync(attempt, working.Token);
            }
            catch (Exception exception) when (
                exception is LogTakenOverException
                || (exception is OperationCanceledException && (watch.Lost.IsCancellationRequested || unwanted.IsCancellationRequested)))
            {
                if (unwanted.IsCancellationRequested)
                {
                    LogCancelled(runId);
                }

                throw new RunTakenOverException(runId);
            }
        }
        catch (Exception exception) when (
            !cancellationToken.IsCancellationRequested
            && exception is not RunTakenOverException
            && !RunFailure.IsOfStorage(exception)
            && !RunFailure.IsOfMemory(exception))
        {
            span?.Fail(exception);
            var error = RunFailure.Explain(exception, options.Value.CacheDirectory);
            if (error is null)
            {
                LogUnexpected(exception, runId);
                error = RunFailure.Describe(exception);
            }

            await attempt.FailAsync(error, cancellationToken);
        }
    }

    private async Task TrainAndRegisterAsync(RunAttempt attempt, CancellationToken cancellationToken)
    {
        var run = attempt.Run;
        await attempt.UpdateAsync(
            current => current with
            {
                Status = RunStatus.Preparing, StartedAt = current.StartedAt ?? time.GetUtcNow(), PendingResult = null,
            },
            cancellationToken);
        using var prepared = await TracedWork.RunAsync(() => TrainingTelemetry.StartPrepare(run.Id), _ => PrepareAsync(run, cancellationToken));

        using var checkpoints = new RunCheckpoints(runs, attempt, prepared.Trainer, time, logger);
        await checkpoints.RestoreAsync(cancellationToken);
        var epochs = await TrainAsync(attempt, prepared, checkpoints, cancellationToken);

        var evaluation = await TracedWork.RunAsync(
            () => TrainingTelemetry.StartMeasure(run.Id), _ => RunEvaluation.CreateAsync(run, prepared, cancellationToken));
        var answers = await runs.StoreAnswersAsync(attempt, evaluation.Answers, cancellationToken);
        var result = evaluation.ToResult(prepared, epochs, answers);
        if (run.Settings.Register)
        {
            await attempt.UpdateAsync(current => current with { Status = RunStatus.Registering }, cancellationToken);
            var export = await TracedWork.RunAsync(
                () => TrainingTelemetry.StartExport(run.Id), _ => ModelExport.CreateAsync(run, prepared, evaluation, epochs, cancellationToken));
            await registration.RegisterAsync(attempt, result, export, cancellationToken);
        }
        else
        {
            await attempt.UpdateAsync(current => current.Completed(result with { Evaluation = evaluation.Report }, time.GetUtcNow()), cancellationToken);
        }

        await runs.DeleteCheckpointsAsync(run.Id, cancellationToken);
    }

    private async Task<PreparedRun> PrepareAsync(Run run, CancellationToken cancellationToken)
    {
        var start = run.Settings.StartFrom is { } from ? await StartingWeights.FetchAsync(registry, from, cancellationToken) : null;
        var prepared = await PreparedRun.CreateAsync(run.Settings, start, datasets, options.Value, time, cancellationToken);
        foreach (var warning in prepared.Warnings)
        {
            LogWarning(run.Id, warning);
        }

        return prepared;
    }

    /// <summary>Trains from where the trainer stands to the end.</summary>
    /// <returns>All epochs of the run, those of earlier attempts among them.</returns>
    private async Task<IReadOnlyList<EpochMetrics>> TrainAsync(
        RunAttempt attempt, PreparedRun prepared, RunCheckpoints checkpoints, CancellationToken cancellationToken)
    {
        var (run, trainer) = (attempt.Run, prepared.Trainer);
        var epochs = trainer.Epochs.Select(MetricsOf).ToList();
        await attempt.UpdateAsync(
            current => current with
            {
                Status = RunStatus.Training, Epochs = [.. epochs], RangeTest = trainer.RangeTest, Warnings = prepared.Warnings,
            },
            cancellationToken);
        using var metrics = await runs.BeginMetricsAsync(run.Id, epochs, trainer.Steps, cancellationToken);
        await using var progress = new JobProgress<Run>(runs, run.Id, time);
        var steps = new StepReports(
            (step, reached) =>
            {
                progress.Post(attempt.IfMine(current => current with { Progress = reached, RangeTest = trainer.RangeTest }), cancellationToken);
                if (step.Phase == TrainingPhase.Training)
                {
                    TrainingTelemetry.RecordStep(run.Settings.Architecture, prepared.Precision, prepared.SamplesPerStep, reached.ImagesPerSecond);
                    metrics.Add(MetricsOf(step));
                }
            },
            prepared.SamplesPerStep,
            time);
        using var training = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var saving = checkpoints.SaveEveryAsync(options.Value.CheckpointInterval, metrics.FlushAsync, training.Token);
        var writing = metrics.FlushEveryAsync(MetricsInterval, time, training.Token);
        try
        {
            await using var results = trainer.TrainAsync(prepared.Source, steps, cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (!trainer.IsFinished)
            {
                await TracedWork.RunAsync(
                    () => TrainingTelemetry.StartEpoch(run.Id, epochs.Count + 1),
                    async _ =>
                    {
                        await results.MoveNextAsync();
                        epochs.Add(MetricsOf(results.Current));
                        await progress.FlushAsync(cancellationToken);

                        // Who reads of an epoch in the run's document finds its steps in the log.
                        await metrics.FlushAsync(cancellationToken);
                        await checkpoints.SaveAsync(
                            current => current with { Epochs = [.. epochs], RangeTest = trainer.RangeTest }, cancellationToken);
                        metrics.Add(epochs[^1]);
                        await metrics.FlushAsync(cancellationToken);
                        TrainingTelemetry.RecordEpoch(run.Settings.Architecture, epochs[^1]);
                    });
            }
        }
        finally
        {
            await training.CancelAsync();
            await saving;
            await writing;
        }

        return epochs;
    }

    private static StepMetrics MetricsOf(StepResult step) => new()
    {
        Epoch = step.Epoch + 1,
        Step = step.Step + 1,
        Loss = step.Loss,
        LearningRate = step.LearningRate,
        GradientNorm = step.GradientNorm,
        ImagesPerSecond = step.ImagesPerSecond,
    };

    private static EpochMetrics MetricsOf(EpochResult epoch) => new()
    {
        Epoch = epoch.Epoch + 1,
        TrainingLoss = epoch.Training.Loss,
        TrainingTop1 = epoch.Training.Top1,
        TrainingTop5 = epoch.Training.Top5,
        ValidationLoss = epoch.Validation!.Loss,
        ValidationTop1 = epoch.Validation.Top1,
        ValidationTop5 = epoch.Validation.Top5,
        ImagesPerSecond = epoch.ImagesPerSecond,
        Seconds = epoch.Duration.TotalSeconds,
    };

    [LoggerMessage(LogLevel.Error, "Run {RunId} failed unexpectedly")]
    private partial void LogUnexpected(Exception exception, string runId);

    [LoggerMessage(LogLevel.Information, "Run {RunId} was cancelled, and makes no other step")]
    private partial void LogCancelled(string runId);

    [LoggerMessage(LogLevel.Warning, "Run {RunId}: {Warning}")]
    private partial void LogWarning(string runId, string warning);
}
