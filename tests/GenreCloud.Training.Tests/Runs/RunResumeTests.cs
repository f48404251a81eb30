using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using GenreCloud.Modeling;
using GenreCloud.Modeling.Augmentations;
using GenreCloud.Registry;
using GenreCloud.Testing;
using GenreCloud.Training.Runs;
using Microsoft.Extensions.Logging.Abstractions;

namespace GenreCloud.Training.Tests.Runs;

/// <summary>A run goes on where its process was interrupted, and ends as if it had not been.</summary>
public sealed class RunResumeTests(AzuriteFixture azurite)
{
    private static readonly RunRequest Request = new()
    {
        Epochs = 3,
        BatchSize = 4,
        LabelSmoothing = 0.1,
        ClassBalance = ClassBalance.Weights,
        GradientClip = 1,
        Selection = WeightSelection.Best,
        Augmentation = new Augmentation { TimeMasks = 1, FrequencyMasks = 1, TimeShiftFrames = 100, MixupAlpha = 0.3 },
    };

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_interrupted_run_goes_on_after_its_last_epoch_and_gives_the_same_bits()
    {
        var account = azurite.NewAccount();
        var manifest = await SmallDataset.WriteAsync(account, "techno", "classical");
        var undisturbed = await new RunExecution(account.Blobs).ExecuteAsync(await RunExecution.AcceptAsync(account, manifest, Request));
        var id = await RunExecution.AcceptAsync(account, manifest, Request);
        var dying = new RunExecution(new CutNetwork("/metrics.jsonl", after: ".state").BlobsOf(account));
        await Should.ThrowAsync<RequestFailedException>(() => dying.ExecuteAsync(id));
        (await FindAsync(account, id)).Checkpoint.ShouldNotBeNull().Epochs.ShouldBe(1);
        await RunExecution.LeaveUnnamedStateAsync(account, id);
        using var recording = new TelemetryRecording();

        var run = await new RunExecution(account.Blobs).ExecuteAsync(id, recording.Root.Context);

        run.Status.ShouldBe(RunStatus.Completed, $"{run.Error}");
        recording.Spans.Count(span => span.DisplayName == "epoch").ShouldBe(2, "the first epoch is not trained again");
        (await OnnxAsync(account, run)).ShouldBe(await OnnxAsync(account, undisturbed));
        run.Epochs.Select(epoch => (epoch.Epoch, epoch.TrainingLoss, epoch.ValidationLoss))
            .ShouldBe(undisturbed.Epochs.Select(epoch => (epoch.Epoch, epoch.TrainingLoss, epoch.ValidationLoss)));
        run.Checkpoint.ShouldBeNull();
        (await RunExecution.StatesAsync(account, id)).ShouldBeEmpty();
        (await MetricsAsync(account, id)).ShouldBe(await MetricsAsync(account, undisturbed.Id), "no step stands there twice, and none is missing");
    }

    [Fact]
    public async Task A_run_that_was_saved_within_an_epoch_goes_on_there_and_gives_the_same_bits()
    {
        var account = azurite.NewAccount();
        var manifest = await SmallDataset.WriteAsync(account, clipsPerGenre: 16, _ => [], "techno", "classical");
        var request = Request with { Epochs = 1, BatchSize = 2 };
        var undisturbed = await new RunExecution(account.Blobs).ExecuteAsync(await RunExecution.AcceptAsync(account, manifest, request));
        var id = await RunExecution.AcceptAsync(account, manifest, request);
        var dying = new RunExecution(new CutAtState(4).BlobsOf(account), checkpointInterval: TimeSpan.FromMilliseconds(20));
        await Should.ThrowAsync<RequestFailedException>(() => dying.ExecuteAsync(id));
        (await FindAsync(account, id)).Checkpoint.ShouldNotBeNull().Epochs.ShouldBe(0, "it was saved within the first epoch");
        var runs = new RunStore(account.Blobs, TimeProvider.System);
        var before = await runs.ReadStepsAsync(id, CancellationToken);

        var run = await new RunExecution(account.Blobs).ExecuteAsync(id);

        run.Status.ShouldBe(RunStatus.Completed, $"{run.Error}");
        var after = await runs.ReadStepsAsync(id, CancellationToken);
        after.Count.ShouldBe(run.Progress!.TotalSteps);
        after[0].ShouldBe(before[0], "it was not made again: its rate is the same, too");
        (await OnnxAsync(account, run)).ShouldBe(await OnnxAsync(account, undisturbed));
        (await MetricsAsync(account, id)).ShouldBe(await MetricsAsync(account, undisturbed.Id));
        (await RunExecution.StatesAsync(account, id)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_steps_after_the_state_from_which_a_run_goes_on_are_not_kept()
    {
        var account = azurite.NewAccount();
        var id = await RunExecution.AcceptAsync(account, await SmallDataset.WriteAsync(account, "techno", "classical"), Request);
        var runs = new RunStore(account.Blobs, TimeProvider.System);
        using (var left = await runs.BeginMetricsAsync(id, [], steps: 0, CancellationToken))
        {
            Enumerable.Range(1, 5).Select(step => Step(step)).ToList().ForEach(left.Add);
            left.Add(Epoch(1));
            Enumerable.Range(6, 4).Select(step => Step(step)).ToList().ForEach(left.Add);
            await left.FlushAsync(CancellationToken);
        }

        using var log = await runs.BeginMetricsAsync(id, [Epoch(1)], steps: 7, CancellationToken);

        (await MetricsAsync(account, id)).ShouldBe([(1, 1, 0), (1, 2, 0), (1, 3, 0), (1, 4, 0), (1, 5, 0), (1, 0, 0), (2, 6, 0), (2, 7, 0)]);

        static StepMetrics Step(int step) => new()
        {
            Epoch = step <= 5 ? 1 : 2, Step = step, Loss = 0, LearningRate = 0, GradientNorm = 0, ImagesPerSecond = 0,
        };

        static EpochMetrics Epoch(int epoch) => new()
        {
            Epoch = epoch,
            TrainingLoss = 0,
            TrainingTop1 = 0,
            TrainingTop5 = 0,
            ValidationLoss = 0,
            ValidationTop1 = 0,
            ValidationTop5 = 0,
            ImagesPerSecond = 0,
            Seconds = 0,
        };
    }

    [Fact]
    public async Task A_state_that_cannot_be_read_costs_the_run_its_progress_and_nothing_else()
    {
        var account = azurite.NewAccount();
        var id = await RunExecution.AcceptAsync(account, await SmallDataset.WriteAsync(account, "techno", "classical"), Request);
        await Should.ThrowAsync<RequestFailedException>(
            () => new RunExecution(new CutNetwork("/metrics.jsonl", after: ".state").BlobsOf(account)).ExecuteAsync(id));
        var left = await FindAsync(account, id);
        await new RunStore(account.Blobs, TimeProvider.System).Checkpoint(id, left.Checkpoint!.Name)
            .UploadAsync(BinaryData.FromString("no state"), overwrite: true, CancellationToken);

        var run = await new RunExecution(account.Blobs).ExecuteAsync(id);

        run.Status.ShouldBe(RunStatus.Completed, $"{run.Error}");
        run.Epochs.Select(epoch => epoch.Epoch).ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task Who_lost_the_run_can_neither_overwrite_nor_replace_the_state_of_who_has_it()
    {
        var account = azurite.NewAccount();
        var id = await RunExecution.AcceptAsync(account, await SmallDataset.WriteAsync(account, "techno", "classical"), Request);
        var runs = new RunStore(account.Blobs, TimeProvider.System);
        using var network = Architecture.Named(Crnn.ArchitectureName).Create(new NetworkInputs(2), seed: 1);
        using var trainer = new Trainer(network, new TrainingOptions { Threads = 1 }, ComputeFormat.ChannelsLast, TimeProvider.System);
        using var first = await BeginAsync(runs, id, trainer);
        await first.SaveAsync(run => run, CancellationToken);
        using var second = await BeginAsync(runs, id, trainer);
        await second.SaveAsync(run => run, CancellationToken);
        var kept = (await FindAsync(account, id)).Checkpoint.ShouldNotBeNull();

        await Should.ThrowAsync<RunTakenOverException>(() => first.SaveAsync(run => run, CancellationToken));

        (await FindAsync(account, id)).Checkpoint.ShouldBe(kept);
        (await RunExecution.StatesAsync(account, id)).ShouldContain($"{id}/checkpoints/{kept.Name}");
        using var third = await BeginAsync(runs, id, trainer);
        await third.RestoreAsync(CancellationToken);
    }

    private static async Task<RunCheckpoints> BeginAsync(RunStore runs, string id, Trainer trainer) => new(
        runs, await RunAttempt.BeginAsync(runs, id, TimeProvider.System, CancellationToken), trainer, TimeProvider.System, NullLogger.Instance);

    /// <returns>Epoch, step (0 for the epoch's own line) and loss of each line.</returns>
    private static async Task<IReadOnlyList<(int Epoch, int Step, double Loss)>> MetricsAsync(StorageAccount account, string id) =>
    [
        .. (await new RunStore(account.Blobs, TimeProvider.System).FollowMetrics(id).ReadAsync(CancellationToken)).Select(line => line switch
        {
            StepMetrics step => (step.Epoch, step.Step, step.Loss),
            EpochMetrics epoch => (epoch.Epoch, 0, epoch.ValidationLoss),
            _ => throw new InvalidOperationException($"{line} is neither."),
        }),
    ];

    private static async Task<Run> FindAsync(StorageAccount account, string id) =>
        (await new RunStore(account.Blobs, TimeProvider.System).FindAsync(id, CancellationToken)).ShouldNotBeNull();

    private static async Task<string> OnnxAsync(StorageAccount account, Run run) =>
        (await new ModelRegistry(account.Blobs, TimeProvider.System).GetCardAsync(run.Result!.Model!, run.Result.ModelVersion!.Value, CancellationToken)).Sha256;

    /// <summary>Lets a process die, as the storage sees it, when it is about to store so many states.</summary>
    private sealed class CutAtState(int number) : HttpPipelineSynchronousPolicy
    {
        private int _states;

        public BlobServiceClient BlobsOf(StorageAccount account)
        {
            var options = new BlobClientOptions { Retry = { MaxRetries = 0 } };
            options.AddPolicy(this, HttpPipelinePosition.PerCall);
            return new BlobServiceClient(account.ConnectionString, options);
        }

        public override void OnSendingRequest(HttpMessage message)
        {
            if (message.Request.Method == RequestMethod.Put && message.Request.Uri.Path.EndsWith(".state", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref _states);
            }

            if (Volatile.Read(ref _states) >= number)
            {
                throw new RequestFailedException("The line is cut.");
            }
        }
    }
}
