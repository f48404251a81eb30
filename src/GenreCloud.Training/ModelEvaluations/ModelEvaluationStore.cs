using Azure.Storage.Blobs;
using GenreCloud.Storage;

namespace GenreCloud.Training.ModelEvaluations;

/// <summary>The evaluations' documents in container <c>evaluations</c>.</summary>
internal sealed class ModelEvaluationStore(BlobServiceClient blobs, TimeProvider time)
    : JobStore<ModelEvaluation>(blobs.GetBlobContainerClient(StorageNames.Containers.Evaluations), "evaluation.json")
{
    /// <summary>Ends an evaluation as failed, unless it has ended already.</summary>
    public Task FailAsync(string id, EvaluationError error, CancellationToken cancellationToken) =>
        UpdateAsync(id, evaluation => evaluation.Failed(error, time.GetUtcNow()), cancellationToken);

    /// <inheritdoc cref="FailAsync"/>
    /// <param name="reason">What the last attempt failed with, in one line.</param>
    public Task GiveUpAsync(string id, string reason, CancellationToken cancellationToken) =>
        FailAsync(id, new EvaluationError("The evaluation was given up", reason), cancellationToken);

    /// <inheritdoc cref="JobStore{TJob}.AcceptAsync"/>
    public Task AcceptAsync(ModelEvaluation evaluation, WorkQueue<ModelEvaluationMessage> queue, CancellationToken cancellationToken) => AcceptAsync(
        evaluation,
        queue,
        new ModelEvaluationMessage(evaluation.Id),
        stored => stored.Failed(
            new EvaluationError("The evaluation could not be queued", "The storage did not take the message for the worker. Start it again."),
            time.GetUtcNow()),
        cancellationToken);
}
