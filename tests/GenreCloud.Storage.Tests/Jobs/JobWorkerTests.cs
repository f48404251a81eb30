using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using Azure.Storage.Blobs;
using GenreCloud.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace GenreCloud.Storage.Tests.Jobs;

public sealed class JobWorkerTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly StorageAccount _account = azurite.NewAccount();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    private TaskJobStore Jobs => new(_account.Blobs);

    public async ValueTask InitializeAsync()
    {
        await _account.Blobs.CreateBlobContainerAsync("jobs", cancellationToken: CancellationToken);
        await _account.Queues.CreateQueueAsync("jobs", cancellationToken: CancellationToken);
        await _account.Queues.CreateQueueAsync("jobs-poison", cancellationToken: CancellationToken);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Two_workers_do_every_job_once()
    {
        var done = new ConcurrentQueue<string>();
        string[] ids = [.. Enumerable.Range(0, 12).Select(number => $"job{number}")];
        foreach (var id in ids)
        {
            await AcceptAsync(id);
        }

        await using var first = Start(DoAsync);
        await using var second = Start(DoAsync);
        await WaitForAsync(ids, job => job.HasEnded);

        done.ShouldBe(ids, ignoreOrder: true);

        async Task DoAsync(string id, CancellationToken cancellationToken)
        {
            done.Enqueue(id);
            await CompleteAsync(id, cancellationToken);
        }
    }

    [Fact]
    public async Task A_message_that_comes_twice_is_left_alone_while_another_worker_owns_the_job()
    {
        await AcceptAsync("twice");
        var started = Channel.CreateUnbounded<string>();
        var finish = new TaskCompletionSource();
        await using var first = Start(DoAsync);
        await started.Reader.ReadAsync(CancellationToken);

        // Delivered again although the first worker is at it, as queues that deliver at least once may do; then another job.
        await Queue().EnqueueAsync(new TaskMessage("twice"), CancellationToken);
        await AcceptAsync("other");
        await using var second = Start(DoAsync);

        (await started.Reader.ReadAsync(CancellationToken)).ShouldBe("other");
        finish.SetResult();
        await WaitForAsync(["twice", "other"], job => job.HasEnded);

        async Task DoAsync(string id, CancellationToken cancellationToken)
        {
            await started.Writer.WriteAsync(id, cancellationToken);
            await finish.Task.WaitAsync(cancellationToken);
            await CompleteAsync(id, cancellationToken);
        }
    }

    [Fact]
    public async Task A_worker_that_stops_leaves_its_job_to_the_next_one_at_once()
    {
        await AcceptAsync("left");
        var started = new TaskCompletionSource();
        await using (Start(async (_, cancellationToken) =>
        {
            started.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }))
        {
            await started.Task.WaitAsync(CancellationToken);
        }

        // Neither hidden nor leased any more.
        await using (var item = (await Queue().ReceiveAsync(TimeSpan.FromSeconds(30), CancellationToken)).ShouldNotBeNull())
        {
            item.Value.ShouldBe(new TaskMessage("left"));
            item.DequeueCount.ShouldBe(1);
            await using var lease = await BlobLease.TryAcquireAsync(Jobs.Lease("left"), TimeSpan.FromSeconds(15), TimeProvider.System, CancellationToken);
            lease.ShouldNotBeNull();
            await item.AbandonAsync(TimeSpan.Zero, CancellationToken);
        }

        await using var next = Start(CompleteAsync);
        await WaitForAsync(["left"], job => job.HasEnded);
    }

    [Fact]
    public async Task A_job_that_keeps_failing_is_tried_five_times_and_ends_with_the_reason()
    {
        await AcceptAsync("failing");
        await AcceptAsync("fine");
        var attempts = 0;

        await using var worker = Start((id, cancellationToken) =>
        {
            if (id == "fine")
            {
                return CompleteAsync(id, cancellationToken);
            }

            attempts++;
            throw new InvalidOperationException($"attempt {attempts}\nand a second line");
        });
        await WaitForAsync(["failing", "fine"], job => job.HasEnded);

        attempts.ShouldBe(5);
        (await Jobs.FindAsync("failing", CancellationToken)).ShouldNotBeNull().Result.ShouldBe("given up: attempt 5");
        (await Jobs.FindAsync("fine", CancellationToken)).ShouldNotBeNull().Result.ShouldBe("done");
    }

    [Fact]
    public async Task A_worker_that_is_to_take_one_job_leaves_the_others()
    {
        await AcceptAsync("one");
        await AcceptAsync("two");

        using var worker = new TaskWorker(Jobs, Queue(), CompleteAsync, Jobs.Lease);
        await worker.TakeOneAsync(TimeSpan.FromSeconds(10), CancellationToken);

        var jobs = await Jobs.ListAsync(CancellationToken);
        jobs.Count(job => job.HasEnded).ShouldBe(1);
    }

    [Fact]
    public async Task A_worker_that_is_to_take_one_job_ends_when_none_comes()
    {
        using var worker = new TaskWorker(Jobs, Queue(), CompleteAsync, Jobs.Lease);

        await worker.TakeOneAsync(TimeSpan.FromMilliseconds(300), CancellationToken);
    }

    [Fact]
    public async Task A_worker_for_one_job_that_is_stopped_has_used_up_an_attempt()
    {
        await AcceptAsync("long");
        var started = new TaskCompletionSource();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken);
        using var worker = new TaskWorker(
            Jobs,
            Queue(),
            async (_, cancellationToken) =>
            {
                started.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            },
            Jobs.Lease);
        var taking = worker.TakeOneAsync(TimeSpan.FromSeconds(10), stop.Token);
        await started.Task.WaitAsync(CancellationToken);
        await stop.CancelAsync();
        await taking;

        await using var item = (await Queue().ReceiveAsync(TimeSpan.FromSeconds(30), CancellationToken)).ShouldNotBeNull();
        item.Attempt.ShouldBe(2);
    }

    [Fact]
    public async Task A_second_message_about_a_job_that_is_being_done_costs_no_attempt()
    {
        await AcceptAsync("twice");
        await using var owner = await BlobLease.TryAcquireAsync(Jobs.Lease("twice"), TimeSpan.FromSeconds(60), TimeProvider.System, CancellationToken);
        owner.ShouldNotBeNull();

        using var worker = new TaskWorker(Jobs, Queue(), CompleteAsync, Jobs.Lease);
        await worker.TakeOneAsync(TimeSpan.FromSeconds(10), CancellationToken);

        // It was put back, hidden for a while, and says that it cost nothing.
        (await Jobs.FindAsync("twice", CancellationToken)).ShouldNotBeNull().HasEnded.ShouldBeFalse();
        var queue = _account.Queues.GetQueueClient("jobs");
        (await queue.GetPropertiesAsync(CancellationToken)).Value.ApproximateMessagesCount.ShouldBe(1);
        (await queue.ReceiveMessageAsync(cancellationToken: CancellationToken)).Value.ShouldBeNull();
    }

    [Theory]
    [InlineData("not JSON at all")]
    [InlineData("""{"orderId":7,"customer":{"name":"x"}}""")]
    [InlineData("""{"schemaVersion":2,"enqueuedAt":"2026-11-23T12:00:00Z","parts":[1,2]}""")]
    [InlineData("eyJzY2hlbWFWZXJzaW9uIjoxLCJ3b3JrIjp7ImlkIjoiYSJ9fQ==")]
    public async Task A_message_that_is_not_ours_goes_to_the_poison_queue_and_the_next_job_is_done(string body)
    {
        await _account.Queues.GetQueueClient("jobs").SendMessageAsync(body, CancellationToken);
        await AcceptAsync("after");

        await using var worker = Start(CompleteAsync);
        await WaitForAsync(["after"], job => job.HasEnded);

        var poison = (await _account.Queues.GetQueueClient("jobs-poison").ReceiveMessageAsync(cancellationToken: CancellationToken)).Value;
        JsonSerializer.Deserialize<PoisonMessage>(poison.Body.ToString(), GenreCloudJson.Options).ShouldNotBeNull().ShouldSatisfyAllConditions(
            message => message.Body.ShouldBe(body),
            message => message.DequeueCount.ShouldBe(1));
    }

    [Fact]
    public async Task A_message_about_a_job_that_is_not_there_is_dropped_and_the_next_job_is_done()
    {
        await Queue().EnqueueAsync(new TaskMessage("nobody"), CancellationToken);
        await AcceptAsync("after");

        await using var worker = Start(CompleteAsync);
        await WaitForAsync(["after"], job => job.HasEnded);

        (await _account.Queues.GetQueueClient("jobs").ReceiveMessageAsync(cancellationToken: CancellationToken)).Value.ShouldBeNull();
    }

    [Fact]
    public async Task A_worker_outlives_whatever_is_thrown_outside_of_its_work()
    {
        await AcceptAsync("unlucky");
        await AcceptAsync("after");

        // The lease blob is asked for before the work begins.
        await using var worker = Start(CompleteAsync, lease: id => id == "unlucky" ? throw new InvalidOperationException("no lease") : Jobs.Lease(id));

        await WaitForAsync(["after"], job => job.HasEnded);
    }

    [Fact]
    public async Task A_job_that_has_ended_stays_as_it_is()
    {
        await AcceptAsync("ended");
        await CompleteAsync("ended", CancellationToken);

        var stored = await Jobs.UpdateAsync("ended", job => job with { Result = "changed" }, CancellationToken);

        stored.Result.ShouldBe("done");
        (await Jobs.FindAsync("ended", CancellationToken)).ShouldNotBeNull().Result.ShouldBe("done");
    }

    [Fact]
    public async Task To_change_a_job_that_is_not_there_is_an_error() =>
        (await Should.ThrowAsync<JobNotFoundException>(() => Jobs.UpdateAsync("nobody", job => job, CancellationToken))).JobId.ShouldBe("nobody");

    private async Task AcceptAsync(string id)
    {
        await Jobs.CreateAsync(new TaskJob(id, TimeProvider.System.GetUtcNow(), Result: null), CancellationToken);
        await Queue().EnqueueAsync(new TaskMessage(id), CancellationToken);
    }

    private async Task CompleteAsync(string id, CancellationToken cancellationToken) =>
        await Jobs.UpdateAsync(id, job => job with { Result = "done" }, cancellationToken);

    private async Task WaitForAsync(string[] ids, Func<TaskJob, bool> condition)
    {
        foreach (var id in ids)
        {
            while (await Jobs.FindAsync(id, CancellationToken) is not { } job || !condition(job))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken);
            }
        }
    }

    private WorkQueue<TaskMessage> Queue() => new(_account.Queues, "jobs", TimeProvider.System, (_, _) => Task.CompletedTask);

    private RunningWorker Start(Func<string, CancellationToken, Task> work, Func<string, BlobClient>? lease = null)
    {
        var worker = new TaskWorker(Jobs, Queue(), work, lease ?? Jobs.Lease);
        return new RunningWorker(worker);
    }

    private sealed record TaskMessage(string Id);

    private sealed record TaskJob(string Id, DateTimeOffset CreatedAt, string? Result) : IJob
    {
        public bool HasEnded => Result is not null;
    }

    private sealed class TaskJobStore(BlobServiceClient blobs) : JobStore<TaskJob>(blobs.GetBlobContainerClient("jobs"), "job.json");

    private sealed class TaskWorker(
        TaskJobStore jobs, WorkQueue<TaskMessage> queue, Func<string, CancellationToken, Task> work, Func<string, BlobClient> lease)
        : JobWorker<TaskMessage>(queue, TimeProvider.System, NullLogger.Instance)
    {
        protected override TimeSpan RetryDelay => TimeSpan.Zero;

        protected override BlobClient LeaseBlob(TaskMessage message) => lease(message.Id);

        protected override async Task<bool> WorkAsync(TaskMessage message, CancellationToken cancellationToken)
        {
            await work(message.Id, cancellationToken);
            return true;
        }

        protected override Task GiveUpAsync(TaskMessage message, string reason, CancellationToken cancellationToken) =>
            jobs.UpdateAsync(message.Id, job => job with { Result = $"given up: {reason}" }, cancellationToken);
    }

    /// <summary>A worker as its host runs it.</summary>
    private sealed class RunningWorker : IAsyncDisposable
    {
        private readonly TaskWorker _worker;
        private readonly Task _started;

        public RunningWorker(TaskWorker worker)
        {
            _worker = worker;
            _started = worker.StartAsync(TestContext.Current.CancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            await _started;
            await _worker.StopAsync(CancellationToken.None);
            _worker.Dispose();
        }
    }
}
