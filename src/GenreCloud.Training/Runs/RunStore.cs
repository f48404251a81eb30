using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using GenreCloud.Datasets;
using GenreCloud.Registry;
using GenreCloud.ServiceDefaults;
using GenreCloud.Storage;

namespace GenreCloud.Training.Runs;

/// <summary>The runs' documents and metrics in container <c>runs</c>.</summary>
internal sealed class RunStore(BlobServiceClient blobs, TimeProvider time)
    : JobStore<Run>(blobs.GetBlobContainerClient(StorageNames.Containers.Runs), "run.json")
{
    /// <summary>Told of the id of each run that is cancelled by this process.</summary>
    public event Action<string>? Cancelled;

    /// <summary>Ends a run on request, unless it has ended already, or its model version is about to become visible.</summary>
    /// <returns>What is now stored.</returns>
    /// <exception cref="JobNotFoundException">There is no such run.</exception>
    public async Task<Run> CancelAsync(string id, CancellationToken cancellationToken)
    {
        var run = await UpdateAsync(id, current => current.Cancelled(time.GetUtcNow()), cancellationToken);
        if (run.Status == RunStatus.Cancelled)
        {
            Cancelled?.Invoke(id);
        }

        return run;
    }

    /// <summary>Ends a run as failed, unless it has ended already.</summary>
    public Task FailAsync(string id, string title, string detail, CancellationToken cancellationToken) =>
        UpdateAsync(id, run => run.Failed(new RunError(title, detail), time.GetUtcNow()), cancellationToken);

    /// <summary>Stores a run and queues it, unless its dataset version is being deleted; one that is not queued has failed.</summary>
    /// <exception cref="ProblemException">The dataset version is being deleted.</exception>
    /// <exception cref="Exception">What the storage answered.</exception>
    public Task AcceptAsync(Run run, DatasetStore datasets, WorkQueue<RunMessage> queue, CancellationToken cancellationToken) => AcceptConfirmedAsync(
        run,
        cancelled => RequestedDataset.RequireKeptAsync(datasets, run.Settings.Dataset, run.Settings.Version, cancelled),
        queue,
        new RunMessage(run.Id),
        Unqueued,
        cancellationToken);

    /// <summary>
    /// Queues a run that was cancelled or has failed once more. Who dies before the message is sent leaves a queued run, and may ask again; two messages for one
    /// run are one run.
    /// </summary>
    /// <returns>What is now stored: of a run that is under way or completed, what was.</returns>
    /// <exception cref="JobNotFoundException">There is no such run.</exception>
    /// <exception cref="ProblemException">Its dataset version is being deleted.</exception>
    public async Task<Run> ResumeAsync(string id, DatasetStore datasets, WorkQueue<RunMessage> queue, CancellationToken cancellationToken)
    {
        var resumed = (await Document(id).UpdateJsonAsync<Run>(run => (run ?? throw new JobNotFoundException(id)).Resumed(), cancellationToken)).Value;
        if (resumed.Status == RunStatus.Queued)
        {
            await QueueConfirmedAsync(
                id,
                cancelled => RequestedDataset.RequireKeptAsync(datasets, resumed.Settings.Dataset, resumed.Settings.Version, cancelled),
                queue,
                new RunMessage(id),
                Unqueued,
                cancellationToken);
        }

        return resumed;
    }

    /// <summary>The blob of a state of the training.</summary>
    /// <param name="id">The run.</param>
    /// <param name="name">See <see cref="RunCheckpoint.Name"/>.</param>
    public BlobClient Checkpoint(string id, string name) => Container.GetBlobClient(CheckpointPrefix(id) + name);

    /// <summary>Deletes all states of a completed run's training, those among them that were never named; what the storage does not delete only takes room.</summary>
    public async Task DeleteCheckpointsAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var state in Container.GetBlobsAsync(new GetBlobsOptions { Prefix = CheckpointPrefix(id) }, cancellationToken))
            {
                await Container.DeleteBlobIfExistsAsync(state.Name, cancellationToken: cancellationToken);
            }
        }
        catch (Exception exception) when (RunFailure.IsOfStorage(exception))
        {
            // The run is completed all the same.
        }
    }

    /// <summary>Stores what a run's network answers, in a blob of the attempt's own.</summary>
    /// <returns>The blob's name in the run's folder.</returns>
    public async Task<string> StoreAnswersAsync(RunAttempt attempt, RunAnswers answers, CancellationToken cancellationToken)
    {
        var name = $"answers-{attempt.Id:n}.json";
        try
        {
            await Container.GetBlobClient($"{attempt.Run.Id}/{name}").CreateJsonAsync(answers, cancellationToken);
        }
        catch (BlobAlreadyExistsException)
        {
            // Sent twice because the first answer was lost: nobody else writes to this name.
        }

        return name;
    }

    /// <summary>What the network of a completed run answers; null where that was not kept.</summary>
    /// <exception cref="InvalidDocumentException">It is damaged.</exception>
    public async Task<RunAnswers?> FindAnswersAsync(Run run, CancellationToken cancellationToken) => run.Result?.Answers is { } name
        ? (await Container.GetBlobClient($"{run.Id}/{name}").ReadJsonAsync<RunAnswers>(cancellationToken))?.Value
        : null;

    /// <summary>Reads a run's <c>metrics.jsonl</c> as it grows.</summary>
    public AppendLogFollower<RunMetrics> FollowMetrics(string id) => Metrics(id).Follow();

    /// <summary>
    /// Begins <c>metrics.jsonl</c> anew: with the finished epochs, and with what an earlier process wrote of the steps that are kept, so
    /// that no step stands there twice.
    /// </summary>
    /// <param name="id">The run.</param>
    /// <param name="epochs">The finished ones.</param>
    /// <param name="steps">Steps that are not made again.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public async Task<AppendLogWriter<RunMetrics>> BeginMetricsAsync(
        string id, IEnumerable<EpochMetrics> epochs, int steps, CancellationToken cancellationToken)
    {
        IEnumerable<RunMetrics> kept = steps > 0 ? (await ReadStepsAsync(id, cancellationToken)).Where(step => step.Step <= steps) : [];

        // Stable: an epoch's own line comes after its steps.
        return await Metrics(id).BeginAnewAsync(kept.Concat(epochs).OrderBy(line => line.Epoch), cancellationToken);
    }

    /// <summary>The steps in <c>metrics.jsonl</c>, in order.</summary>
    public async Task<IReadOnlyList<StepMetrics>> ReadStepsAsync(string id, CancellationToken cancellationToken)
    {
        var steps = new List<StepMetrics>();
        var metrics = FollowMetrics(id);
        while (await metrics.ReadAsync(cancellationToken) is { Count: > 0 } lines)
        {
            steps.AddRange(lines.OfType<StepMetrics>());
        }

        return steps;
    }

    private static string CheckpointPrefix(string id) => $"{id}/checkpoints/";

    private Run Unqueued(Run stored, Exception exception) => stored.Failed(
        exception is ProblemException problem
            ? new RunError(problem.Title, problem.Detail)
            : new RunError("The run could not be queued", "The storage did not take the message for the worker. Start it again."),
        time.GetUtcNow());

    private AppendLog<RunMetrics> Metrics(string id) => new(Container.GetAppendBlobClient($"{id}/metrics.jsonl"));
}
