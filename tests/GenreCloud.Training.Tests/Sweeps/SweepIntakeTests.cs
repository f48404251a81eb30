using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using GenreCloud.Registry;
using GenreCloud.Storage;
using GenreCloud.Testing;
using GenreCloud.Training.Runs;
using GenreCloud.Training.Sweeps;
using Microsoft.Extensions.Logging.Abstractions;

namespace GenreCloud.Training.Tests.Sweeps;

/// <summary>A sweep is there with all its runs, or none of them is left to be done.</summary>
public sealed class SweepIntakeTests(AzuriteFixture azurite)
{
    private static readonly TimeProvider Time = TimeProvider.System;

    private readonly StorageAccount _account = azurite.NewAccount();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_storage_that_does_not_take_the_third_run_leaves_two_cancelled_ones()
    {
        var intake = await CreateAsync(new AtWrite("/run.json", number: 3, () => throw new RequestFailedException("The storage is full.")));

        await Should.ThrowAsync<RequestFailedException>(() => intake.AcceptAsync(Request, CancellationToken));

        await AreCancelledAsync(2);
    }

    [Fact]
    public async Task A_storage_that_does_not_take_the_sweep_leaves_its_runs_cancelled()
    {
        var intake = await CreateAsync(new AtWrite("/sweeps/", number: 1, () => throw new RequestFailedException("The storage is full.")));

        await Should.ThrowAsync<RequestFailedException>(() => intake.AcceptAsync(Request, CancellationToken));

        await AreCancelledAsync(3);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_client_that_leaves_before_the_sweep_is_stored_leaves_its_runs_cancelled(int runs)
    {
        using var client = new CancellationTokenSource();
        var intake = await CreateAsync(new AtWrite("/run.json", runs, client.Cancel));

        await Should.ThrowAsync<OperationCanceledException>(() => intake.AcceptAsync(Request, client.Token));

        await AreCancelledAsync(runs);
    }

    private static SweepRequest Request => new() { Run = new RunRequest { Dataset = SmallDataset.Name }, Folds = 3 };

    private async Task<SweepIntake> CreateAsync(AtWrite network)
    {
        await SmallDataset.WriteAsync(_account, clipsPerGenre: 1, _ => [], "techno", "classical");
        await RunExecution.CreateContainersAsync(_account);
        var queue = new WorkQueue<RunMessage>(_account.Queues, StorageNames.Queues.Training, Time, (_, _) => Task.CompletedTask);
        await _account.Queues.CreateQueueAsync(StorageNames.Queues.Training, cancellationToken: CancellationToken);
        var blobs = network.BlobsOf(_account);
        var runs = new RunStore(blobs, Time);
        return new SweepIntake(
            new RunIntake(runs, queue, RunExecution.DatasetsOf(blobs), new RunStarts(new ModelRegistry(blobs, Time)), Time),
            new SweepStore(blobs),
            runs,
            Time,
            NullLogger<SweepIntake>.Instance);
    }

    private async Task AreCancelledAsync(int count)
    {
        var runs = await new RunStore(_account.Blobs, Time).ListAsync(CancellationToken);
        runs.Select(run => run.Status).ShouldBe(Enumerable.Repeat(RunStatus.Cancelled, count));
        (await new SweepStore(_account.Blobs).ListAsync(CancellationToken)).ShouldBeEmpty();
    }

    /// <summary>Lets something happen when so many blobs with this in their address were written, once.</summary>
    private sealed class AtWrite(string part, int number, Action happens) : HttpPipelineSynchronousPolicy
    {
        private int _writes;

        public BlobServiceClient BlobsOf(StorageAccount account)
        {
            var options = new BlobClientOptions { Retry = { MaxRetries = 0 } };
            options.AddPolicy(this, HttpPipelinePosition.PerCall);
            return new BlobServiceClient(account.ConnectionString, options);
        }

        public override void OnSendingRequest(HttpMessage message)
        {
            if (message.Request.Method == RequestMethod.Put && message.Request.Uri.Path.Contains(part, StringComparison.Ordinal) && ++_writes == number)
            {
                happens();
            }
        }
    }
}
