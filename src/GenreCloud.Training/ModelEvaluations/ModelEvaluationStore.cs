using Azure.Storage.Blobs;
using GenreCloud.Datasets;
using GenreCloud.ServiceDefaults;
using GenreCloud.Storage;
using GenreCloud.Training.Runs;

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

    /// <summary>Stores an evaluation and queues it, unless its dataset version is being deleted; one that is not queued has failed.</summary>
    /// <exception cref="ProblemException">The dataset version is being deleted.</exception>
    /// <exception cref="Exception">What the storage answered.</exception>
    public Task AcceptAsync(
        ModelEvaluation evaluation, DatasetStore datasets, WorkQueue<ModelEvaluationMessage> queue, CancellationToken cancellationToken) => AcceptConfirmedAsync(
        evaluation,
        cancelled => RequestedDataset.RequireKeptAsync(datasets, evaluation.Dataset, evaluation.DatasetVersion, cancelled),
        queue,
        new ModelEvaluationMessage(evaluation.Id),
        (stored, exception) => stored.Failed(
            exception is ProblemException problem
                ? new EvaluationError(problem.Title, problem.Detail)
                : new EvaluationError("The evaluation could not be queued", "The storage did not take the message for the worker. Start it again."),
            time.GetUtcNow()),
        cancellationToken);
}
