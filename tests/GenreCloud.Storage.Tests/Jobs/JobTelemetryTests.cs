using System.Diagnostics;
using Azure.Storage.Blobs;
using GenreCloud.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace GenreCloud.Storage.Tests.Jobs;

/// <summary>The spans and measurements of a job, from the one who asks for it to its end.</summary>
public sealed class JobTelemetryTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly StorageAccount _account = azurite.NewAccount();

    /// <summary>No other test has it, so that measurements outside of a trace are told apart too.</summary>
    private readonly string _queueName = $"q{Guid.NewGuid():n}";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _account.Blobs.CreateBlobContainerAsync("leases", cancellationToken: CancellationToken);
        await _account.Queues.CreateQueueAsync(_queueName, cancellationToken: CancellationToken);
        await _account.Queues.CreateQueueAsync(StorageNames.Queues.Poison(_queueName), cancellationToken: CancellationToken);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_job_is_one_trace_from_its_sender_to_its_end()
    {
        using var recording = new TelemetryRecording();
        await Queue().EnqueueAsync(new Job("one"), CancellationToken);

        var during = default(ActivitySpanId?);
        await using (await StartAsync((_, _) => Task.FromResult(Activity.Current is { } current && (during = current.SpanId) is not null)))
        {
            await recording.WaitForSpansAsync($"process {_queueName}", 1, CancellationToken);
        }

        var send = recording.Span($"send {_queueName}");
        send.Kind.ShouldBe(ActivityKind.Producer);
        send.ParentSpanId.ShouldBe(recording.Root.SpanId);
        var process = recording.Span($"process {_queueName}");
        process.Kind.ShouldBe(ActivityKind.Consumer);
        process.ParentSpanId.ShouldBe(send.SpanId);
        process.SpanId.ShouldBe(during.ShouldNotBeNull(), "the work runs inside the span");
        process.Status.ShouldBe(ActivityStatusCode.Unset);
        process.GetTagItem("messaging.destination.name").ShouldBe(_queueName);
        process.GetTagItem("messaging.message.id").ShouldBe(send.GetTagItem("messaging.message.id"));
        process.GetTagItem("genrecloud.job.attempt").ShouldBe(1L);
        process.GetTagItem("genrecloud.job.outcome").ShouldBe("completed");
        ((Activity[])[send]).ShouldBeAsDocumented("send {queue}");
        ((Activity[])[process]).ShouldBeAsDocumented("process {queue}", without: ["genrecloud.import.id", "genrecloud.run.id", "genrecloud.evaluation.id"]);
    }

    [Fact]
    public async Task Attempts_that_fail_are_spans_of_the_same_trace_with_the_type_of_the_error_and_the_last_gives_up()
    {
        using var recording = new TelemetryRecording();
        await Queue().EnqueueAsync(new Job("failing"), CancellationToken);

        IReadOnlyList<Activity> attempts;
        await using (await StartAsync((_, _) => throw new InvalidDataException("/home/someone/private.zip")))
        {
            attempts = await recording.WaitForSpansAsync($"process {_queueName}", 5, CancellationToken);
        }

        attempts.Select(span => span.GetTagItem("genrecloud.job.attempt")).ShouldBe([1L, 2L, 3L, 4L, 5L]);
        attempts.Select(span => span.GetTagItem("genrecloud.job.outcome")).ShouldBe(["failed", "failed", "failed", "failed", "given_up"]);
        attempts.ShouldAllBe(span => span.Status == ActivityStatusCode.Error && (string)span.GetTagItem("error.type")! == "System.IO.InvalidDataException");
        attempts.ShouldAllBe(span => span.StatusDescription == null && !span.Events.Any(), "what an error says may be personal");
        attempts.ShouldAllBe(span => span.ParentSpanId == recording.Span($"send {_queueName}").SpanId);
    }

    [Fact]
    public async Task A_job_that_ends_as_failed_is_given_up_and_one_that_is_gone_is_too()
    {
        using var recording = new TelemetryRecording();
        await Queue().EnqueueAsync(new Job("bad"), CancellationToken);
        await Queue().EnqueueAsync(new Job("gone"), CancellationToken);

        IReadOnlyList<Activity> jobs;
        await using (await StartAsync((id, _) => id == "gone" ? throw new JobNotFoundException(id) : Task.FromResult(false)))
        {
            jobs = await recording.WaitForSpansAsync($"process {_queueName}", 2, CancellationToken);
        }

        jobs.Select(span => (span.Status, span.GetTagItem("genrecloud.job.outcome"), span.GetTagItem("error.type"))).ShouldBe(
        [
            (ActivityStatusCode.Error, "given_up", null),
            (ActivityStatusCode.Error, "given_up", typeof(JobNotFoundException).FullName),
        ]);
    }

    [Fact]
    public async Task What_a_stopping_worker_hands_back_goes_on_in_the_same_trace()
    {
        using var recording = new TelemetryRecording();
        await Queue().EnqueueAsync(new Job("left"), CancellationToken);
        var started = new TaskCompletionSource();
        await using (await StartAsync(async (_, cancellationToken) =>
        {
            started.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return true;
        }))
        {
            await started.Task.WaitAsync(CancellationToken);
        }

        await using (await StartAsync((_, _) => Task.FromResult(true)))
        {
            await recording.WaitForSpansAsync($"process {_queueName}", 2, CancellationToken);
        }

        var sends = await recording.WaitForSpansAsync($"send {_queueName}", 2, CancellationToken);
        var jobs = await recording.WaitForSpansAsync($"process {_queueName}", 2, CancellationToken);
        jobs.Select(span => (span.Status, span.GetTagItem("genrecloud.job.outcome"))).ShouldBe(
            [(ActivityStatusCode.Unset, "handed_back"), (ActivityStatusCode.Unset, "completed")]);
        sends[1].ParentSpanId.ShouldBe(jobs[0].SpanId);
        jobs[1].ParentSpanId.ShouldBe(sends[1].SpanId);
    }

    [Fact]
    public async Task What_goes_on_beside_a_job_makes_no_part_of_its_trace()
    {
        using var recording = new TelemetryRecording();
        var jobs = new JobDocuments(_account.Blobs);
        await jobs.CreateAsync(new JobDocument("beside", TimeProvider.System.GetUtcNow(), Steps: 0), CancellationToken);
        var time = new ObservedTime();
        var written = new TaskCompletionSource<Activity?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var progress = new JobProgress<JobDocument>(jobs, "beside", time);
        time.Advance(TimeSpan.FromSeconds(1));
        progress.Post(
            document =>
            {
                written.TrySetResult(Activity.Current);
                return document with { Steps = 1 };
            },
            CancellationToken);

        var renewed = new TaskCompletionSource<Activity?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var renewal = new Renewal(TimeSpan.FromSeconds(30), time.GetTimestamp(), time, _ =>
        {
            renewed.TrySetResult(Activity.Current);
            return Task.FromResult(true);
        });
        await time.ElapseAsync(TimeSpan.FromSeconds(10), CancellationToken);

        (await written.Task.WaitAsync(CancellationToken)).ShouldBeNull();
        (await renewed.Task.WaitAsync(CancellationToken)).ShouldBeNull();
        Activity.Current.ShouldBe(recording.Root);
    }

    [Fact]
    public async Task Every_instrument_records_what_the_documentation_says()
    {
        using var recording = new TelemetryRecording();
        await Queue().EnqueueAsync(new Job("one"), CancellationToken);
        await _account.Queues.GetQueueClient(_queueName).SendMessageAsync("not ours", CancellationToken);
        await Queue().EnqueueAsync(new Job("two"), CancellationToken);

        await using (await StartAsync((_, _) => Task.FromResult(true)))
        {
            await recording.WaitForSpansAsync($"process {_queueName}", 2, CancellationToken);
        }

        Measurement[] ours = [.. recording.AllMeasurements.Where(measurement => _queueName.Equals(measurement.Tags.GetValueOrDefault("genrecloud.queue")))];
        ours.ShouldBeAsDocumented(recording.Instruments, "GenreCloud.Storage");
        ours.Single(measurement => measurement.Instrument.Name == "genrecloud.job.poisoned").Value.ShouldBe(1);
        ours.Where(measurement => measurement.Instrument.Name == "genrecloud.job.wait.duration").Select(wait => wait.Value)
            .ShouldAllBe(seconds => seconds >= 0 && seconds < 600);
        ours.Where(measurement => measurement.Instrument.Name == "genrecloud.job.duration").Select(job => job.Tags["genrecloud.job.outcome"])
            .ShouldBe(["completed", "completed"]);
    }

    private WorkQueue<Job> Queue() => new(_account.Queues, _queueName, TimeProvider.System, (_, _) => Task.CompletedTask);

    /// <summary>A worker as its host runs it, which stops when it is disposed.</summary>
    private async Task<RunningWorker> StartAsync(Func<string, CancellationToken, Task<bool>> work)
    {
        var worker = new Worker(_account.Blobs.GetBlobContainerClient("leases"), Queue(), work);
        await worker.StartAsync(CancellationToken);
        return new RunningWorker(worker);
    }

    private sealed record Job(string Id);

    private sealed record JobDocument(string Id, DateTimeOffset CreatedAt, int Steps) : IJob
    {
        public bool HasEnded => false;
    }

    private sealed class JobDocuments(BlobServiceClient blobs) : JobStore<JobDocument>(blobs.GetBlobContainerClient("leases"), "job.json");

    private sealed class Worker(BlobContainerClient leases, WorkQueue<Job> queue, Func<string, CancellationToken, Task<bool>> work)
        : JobWorker<Job>(queue, TimeProvider.System, NullLogger.Instance)
    {
        protected override TimeSpan RetryDelay => TimeSpan.Zero;

        protected override BlobClient LeaseBlob(Job message) => leases.GetBlobClient($"{message.Id}/lease");

        protected override Task<bool> WorkAsync(Job message, CancellationToken cancellationToken) => work(message.Id, cancellationToken);

        protected override Task GiveUpAsync(Job message, string reason, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class RunningWorker(Worker worker) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await worker.StopAsync(CancellationToken.None);
            worker.Dispose();
        }
    }
}
