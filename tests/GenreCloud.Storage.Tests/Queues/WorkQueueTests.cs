using System.Diagnostics;
using System.Text.Json;
using Azure.Core;
using Azure.Storage.Queues;
using CsCheck;
using GenreCloud.Testing;

namespace GenreCloud.Storage.Tests.Queues;

public sealed class WorkQueueTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly TimeSpan Visibility = TimeSpan.FromSeconds(30);

    private readonly StorageAccount _account = azurite.NewAccount();
    private readonly ObservedTime _time = new();
    private readonly FaultyNetwork _network = new();
    private readonly List<PoisonedWork<Work>> _poisoned = [];

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _account.Queues.CreateQueueAsync("imports", cancellationToken: CancellationToken);
        await _account.Queues.CreateQueueAsync("imports-poison", cancellationToken: CancellationToken);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task An_empty_queue_gives_null() =>
        (await Queue().ReceiveAsync(Visibility, CancellationToken)).ShouldBeNull();

    [Fact]
    public async Task A_completed_item_is_gone()
    {
        var queue = Queue();
        await queue.EnqueueAsync(new Work("one"), CancellationToken);

        await using var item = (await queue.ReceiveAsync(Visibility, CancellationToken)).ShouldNotBeNull();
        item.Value.ShouldBe(new Work("one"));
        item.DequeueCount.ShouldBe(1);
        item.EnqueuedAt.ShouldBe(_time.GetUtcNow());
        (await queue.ReceiveAsync(Visibility, CancellationToken)).ShouldBeNull();
        (await item.CompleteAsync(CancellationToken)).ShouldBeTrue();

        (await PendingAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Any_text_survives_the_queue()
    {
        var queue = Queue();
        await Gen.String.SampleAsync(
            async text =>
            {
                // A lone surrogate is not text: JSON replaces it before it reaches the queue.
                var id = JsonSerializer.Deserialize<string>(JsonSerializer.Serialize(text, GenreCloudJson.Options), GenreCloudJson.Options)!;
                await queue.EnqueueAsync(new Work(id), CancellationToken);
                await using var item = (await queue.ReceiveAsync(Visibility, CancellationToken)).ShouldNotBeNull();
                item.Value.Id.ShouldBe(id);
                await item.CompleteAsync(CancellationToken);
            },
            iter: 50, threads: 1, seed: "0000KOIPe036");
    }

    [Fact]
    public async Task An_abandoned_item_comes_back_with_a_higher_count()
    {
        var queue = Queue();
        await queue.EnqueueAsync(new Work("again"), CancellationToken);
        await using (var first = (await queue.ReceiveAsync(Visibility, CancellationToken)).ShouldNotBeNull())
        {
            (await first.AbandonAsync(TimeSpan.Zero, CancellationToken)).ShouldBeTrue();
        }

        await using var second = (await queue.ReceiveAsync(Visibility, CancellationToken)).ShouldNotBeNull();
        second.Value.ShouldBe(new Work("again"));
        second.DequeueCount.ShouldBe(2);
    }

    [Fact]
    public async Task An_item_whose_worker_vanished_comes_back_when_its_visibility_runs_out()
    {
        var queue = Queue();
        await queue.EnqueueAsync(new Work("orphan"), CancellationToken);

        // Its clock stands still, so nothing renews it.
        await using var vanished = (await queue.ReceiveAsync(TimeSpan.FromSeconds(1), CancellationToken)).ShouldNotBeNull();

        WorkItem<Work>? next;
        do
        {
            next = await queue.ReceiveAsync(Visibility, CancellationToken);
        }
        while (next is null);

        next.DequeueCount.ShouldBe(2);
        (await vanished.CompleteAsync(CancellationToken)).ShouldBeFalse("the item belongs to the other worker now");
        (await next.CompleteAsync(CancellationToken)).ShouldBeTrue();
        await next.DisposeAsync();
    }

    [Fact]
    public async Task A_held_item_is_kept_hidden_and_can_still_be_completed()
    {
        var queue = Queue();
        await queue.EnqueueAsync(new Work("long"), CancellationToken);
        await using var item = (await queue.ReceiveAsync(Visibility, CancellationToken)).ShouldNotBeNull();
        _network.Reset();

        for (var renewal = 1; renewal <= 3; renewal++)
        {
            await _time.ElapseAsync(Visibility / 3, CancellationToken);
            await _network.NextAsync(CancellationToken);
            _network.Answered(RequestMethod.Put).ShouldBe(renewal);
        }

        item.Lost.IsCancellationRequested.ShouldBeFalse();
        (await item.CompleteAsync(CancellationToken)).ShouldBeTrue();
        (await PendingAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task An_item_that_someone_else_removed_is_lost()
    {
        var queue = Queue();
        await queue.EnqueueAsync(new Work("taken"), CancellationToken);
        await using var item = (await queue.ReceiveAsync(Visibility, CancellationToken)).ShouldNotBeNull();
        var lost = new TaskCompletionSource();
        item.Lost.Register(lost.SetResult);
        await _account.Queues.GetQueueClient("imports").ClearMessagesAsync(CancellationToken);

        await _time.ElapseAsync(Visibility / 3, CancellationToken);

        await lost.Task.WaitAsync(CancellationToken);
        (await item.CompleteAsync(CancellationToken)).ShouldBeFalse();
    }

    [Fact]
    public async Task An_item_that_was_handed_out_five_times_is_poison()
    {
        var queue = Queue();
        await queue.EnqueueAsync(new Work("crash"), CancellationToken);
        for (var attempt = 1; attempt <= WorkQueue<Work>.MaxAttempts; attempt++)
        {
            await using var item = (await queue.ReceiveAsync(Visibility, CancellationToken)).ShouldNotBeNull();
            item.DequeueCount.ShouldBe(attempt);
            await item.AbandonAsync(TimeSpan.Zero, CancellationToken);
        }

        (await queue.ReceiveAsync(Visibility, CancellationToken)).ShouldBeNull();

        var poisoned = _poisoned.ShouldHaveSingleItem();
        poisoned.Work.ShouldBe(new Work("crash"));
        poisoned.Reason.ShouldContain("5 times");
        (await PendingAsync()).ShouldBe(0);
        var kept = await PoisonAsync();
        kept.Reason.ShouldBe(poisoned.Reason);
        kept.DequeueCount.ShouldBe(6);
        kept.Body.ShouldContain("crash");
    }

    [Theory]
    [InlineData("hello", "not a Work message")]
    [InlineData("[]", "not a Work message")]
    [InlineData("null", "holds no work")]
    [InlineData("""{"schemaVersion":1,"enqueuedAt":"2026-11-23T12:00:00Z","work":null}""", "holds no work")]
    [InlineData("""{"schemaVersion":1,"enqueuedAt":"2026-11-23T12:00:00Z"}""", "not a Work message")]
    [InlineData("""{"schemaVersion":1,"enqueuedAt":"2026-11-23T12:00:00Z","work":{}}""", "not a Work message")]
    [InlineData("""{"schemaVersion":2,"tasks":["a"]}""", "schema version 2")]
    public async Task A_message_that_cannot_be_read_is_poison_and_the_next_one_is_delivered(string body, string reason)
    {
        var queue = Queue();
        await _account.Queues.GetQueueClient("imports").SendMessageAsync(body, CancellationToken);
        await queue.EnqueueAsync(new Work("good"), CancellationToken);

        await using var item = (await queue.ReceiveAsync(Visibility, CancellationToken)).ShouldNotBeNull();

        item.Value.ShouldBe(new Work("good"));
        _poisoned.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            poisoned => poisoned.Work.ShouldBeNull(),
            poisoned => poisoned.Reason.ShouldContain(reason),
            poisoned => poisoned.Body.ShouldBe(body));
        (await PoisonAsync()).Body.ShouldBe(body);
    }

    [Theory]
    [InlineData('x', 65_500)]
    [InlineData('"', 65_500)]
    [InlineData('\\', 65_500)]
    public async Task A_message_that_is_too_large_to_be_kept_whole_is_poison_all_the_same(char filling, int length)
    {
        var body = new string(filling, length);
        await _account.Queues.GetQueueClient("imports").SendMessageAsync(body, CancellationToken);

        (await Queue().ReceiveAsync(Visibility, CancellationToken)).ShouldBeNull();

        (await PendingAsync()).ShouldBe(0);
        var kept = await PoisonAsync();
        kept.CutFrom.ShouldBe(body.Length);
        body.ShouldStartWith(kept.Body);
        kept.Body.Length.ShouldBeGreaterThan(1000);
    }

    [Fact]
    public async Task An_item_stays_in_the_queue_when_its_poisoning_cannot_be_told()
    {
        var queue = new WorkQueue<Work>(_account.Queues, "imports", _time, (_, _) => throw new IOException("no"));
        await _account.Queues.GetQueueClient("imports").SendMessageAsync("hello", CancellationToken);

        await Should.ThrowAsync<IOException>(() => queue.ReceiveAsync(Visibility, CancellationToken));

        (await PendingAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task The_trace_of_the_sender_reaches_the_worker()
    {
        using var sender = new Activity("request").SetIdFormat(ActivityIdFormat.W3C);
        sender.TraceStateString = "vendor=1";
        sender.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        sender.Start();
        var queue = Queue();
        await queue.EnqueueAsync(new Work("traced"), CancellationToken);
        sender.Stop();

        await using var item = (await queue.ReceiveAsync(Visibility, CancellationToken)).ShouldNotBeNull();

        item.Parent.TraceId.ShouldBe(sender.TraceId);
        item.Parent.SpanId.ShouldBe(sender.SpanId);
        item.Parent.TraceState.ShouldBe("vendor=1");
        item.Parent.IsRemote.ShouldBeTrue();
    }

    private WorkQueue<Work> Queue()
    {
        var queues = new QueueServiceClient(_account.ConnectionString, _network.Apply(new QueueClientOptions()));
        return new WorkQueue<Work>(queues, "imports", _time, (poisoned, _) =>
        {
            _poisoned.Add(poisoned);
            return Task.CompletedTask;
        });
    }

    private async Task<int> PendingAsync() =>
        (await _account.Queues.GetQueueClient("imports").GetPropertiesAsync(CancellationToken)).Value.ApproximateMessagesCount;

    private async Task<PoisonMessage> PoisonAsync()
    {
        var message = (await _account.Queues.GetQueueClient("imports-poison").ReceiveMessageAsync(cancellationToken: CancellationToken)).Value;
        return JsonSerializer.Deserialize<PoisonMessage>(message.Body.ToString(), GenreCloudJson.Options)!;
    }

    private sealed record Work(string Id);
}
