using System.Diagnostics;
using Azure.Storage.Blobs;
using GenreCloud.Datasets;
using GenreCloud.ModelRuntime;
using GenreCloud.Registry;
using GenreCloud.Storage;
using GenreCloud.Training.Evaluations;
using Microsoft.ML.OnnxRuntime;

namespace GenreCloud.Training.ModelEvaluations;

/// <summary>Takes evaluations from their queue, beside the runs, and does them in this process. One that is interrupted begins anew.</summary>
internal sealed class ModelEvaluationWorker(
    ModelEvaluationStore evaluations,
    ModelEvaluator evaluator,
    WorkQueue<ModelEvaluationMessage> queue,
    TimeProvider time,
    ILogger<ModelEvaluationWorker> logger)
    : JobWorker<ModelEvaluationMessage>(queue, time, logger)
{
    private readonly TimeProvider _time = time;

    protected override BlobClient LeaseBlob(ModelEvaluationMessage message) => evaluations.Lease(message.EvaluationId);

    protected override async Task<bool> WorkAsync(ModelEvaluationMessage message, CancellationToken cancellationToken)
    {
        Activity.Current?.SetEvaluationId(message.EvaluationId);
        var found = await evaluations.FindAsync(message.EvaluationId, cancellationToken) ?? throw new JobNotFoundException(message.EvaluationId);
        if (found.HasEnded)
        {
            return found.Status != EvaluationStatus.Failed;
        }

        try
        {
            await TracedWork.RunAsync(() => TrainingTelemetry.StartEvaluate(found), _ => EvaluateAsync(found, cancellationToken));
            return true;
        }
        catch (Exception exception) when (Explain(exception) is { } error)
        {
            await evaluations.FailAsync(message.EvaluationId, error, cancellationToken);
            return false;
        }
    }

    protected override Task GiveUpAsync(ModelEvaluationMessage message, string reason, CancellationToken cancellationToken) =>
        evaluations.GiveUpAsync(message.EvaluationId, reason, cancellationToken);

    private async Task EvaluateAsync(ModelEvaluation evaluation, CancellationToken cancellationToken)
    {
        var id = evaluation.Id;
        await evaluations.UpdateAsync(
            id, current => current with { Status = EvaluationStatus.Running, StartedAt = current.StartedAt ?? _time.GetUtcNow() }, cancellationToken);
        await using var watch = new JobWatch<ModelEvaluation>(evaluations, id, current => !current.HasEnded, _time);
        using var working = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, watch.Lost);
        await using var progress = new JobProgress<ModelEvaluation>(evaluations, id, _time);
        try
        {
            var result = await evaluator.EvaluateAsync(
                evaluation, answered => progress.Post(current => current with { Progress = answered }, working.Token), working.Token);
            await progress.FlushAsync(working.Token);
            await evaluations.UpdateAsync(
                id, current => current with { Status = EvaluationStatus.Completed, Result = result, EndedAt = _time.GetUtcNow() }, working.Token);
        }
        catch (OperationCanceledException) when (watch.Lost.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // Cancelled, or given up: it has ended.
        }
    }

    /// <summary>What is wrong, for an exception with which trying again would not help; null for others.</summary>
    private static EvaluationError? Explain(Exception exception) => exception switch
    {
        DatasetException => new EvaluationError("The dataset cannot be evaluated on", exception.Message),
        EvaluationException => new EvaluationError("The model cannot be evaluated", exception.Message),
        ModelNotFoundException or UnusableModelException or InvalidDocumentException or ModelCheckException or OnnxRuntimeException =>
            new EvaluationError("The model cannot be used", exception.Message),
        _ => null,
    };
}
