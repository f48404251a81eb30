using GenreCloud.Inference.Admission;
using GenreCloud.ServiceDefaults;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace GenreCloud.Inference.Tests.Admission;

public sealed class RunSlotsTests
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task As_many_run_as_there_are_slots_and_the_rest_follow_in_the_order_in_which_they_came()
    {
        var slots = Slots(queued: 3);
        slots.Count.ShouldBe(1);
        var running = await slots.EnterAsync(CancellationToken);
        var waiting = Enumerable.Range(0, 3).Select(_ => slots.EnterAsync(CancellationToken)).ToList();

        foreach (var next in waiting)
        {
            next.IsCompleted.ShouldBeFalse();
            running.Dispose();
            running = await next;
        }

        slots.Waiting.ShouldBe(0);
        running.Dispose();
        using var again = await slots.EnterAsync(CancellationToken);
    }

    [Fact]
    public async Task What_finds_no_place_is_told_to_come_back_when_those_before_it_are_done()
    {
        var time = new FakeTimeProvider();
        var slots = Slots(queued: 2, time);
        using (await slots.EnterAsync(CancellationToken))
        {
            time.Advance(TimeSpan.FromSeconds(4));
        }

        using var running = await slots.EnterAsync(CancellationToken);
        Task<RunSlot>[] waiting = [slots.EnterAsync(CancellationToken), slots.EnterAsync(CancellationToken)];

        var problem = await slots.EnterAsync(CancellationToken).ShouldThrowAsync<ProblemException>();
        Should.Throw<ProblemException>(slots.RequireRoom).Status.ShouldBe(429);

        problem.Status.ShouldBe(429);
        problem.RetryAfter.ShouldBe(TimeSpan.FromSeconds(3 * 4));
        problem.Detail.ShouldContain("2 requests wait already");
        problem.Detail.ShouldContain("0.3 are answered a second");
        waiting.ShouldAllBe(task => !task.IsCompleted);
    }

    [Fact]
    public async Task Who_leaves_the_queue_makes_room_and_gets_no_slot()
    {
        var slots = Slots(queued: 1);
        using var leaving = new CancellationTokenSource();
        var running = await slots.EnterAsync(CancellationToken);
        var left = slots.EnterAsync(leaving.Token);

        await leaving.CancelAsync();
        await left.ShouldThrowAsync<OperationCanceledException>();
        var next = slots.EnterAsync(CancellationToken);
        running.Dispose();

        (await next).Dispose();
        using var again = await slots.EnterAsync(CancellationToken);
    }

    [Fact]
    public async Task Between_its_runs_a_long_request_lets_those_run_that_wait()
    {
        var slots = Slots(queued: 1);
        var longOne = await slots.EnterAsync(CancellationToken);
        await longOne.YieldAsync(CancellationToken);
        var shortOne = slots.EnterAsync(CancellationToken);

        var turn = longOne.YieldAsync(CancellationToken);
        using (await shortOne)
        {
            turn.IsCompleted.ShouldBeFalse();
        }

        await turn;
        slots.Waiting.ShouldBe(0);
        longOne.Dispose();
        using var again = await slots.EnterAsync(CancellationToken);
    }

    [Fact]
    public async Task A_long_request_that_leaves_while_others_run_gives_back_nothing_twice()
    {
        var slots = Slots(queued: 1);
        using var leaving = new CancellationTokenSource();
        using var longOne = await slots.EnterAsync(CancellationToken);
        var shortOne = slots.EnterAsync(CancellationToken);
        var turn = longOne.YieldAsync(leaving.Token);
        await leaving.CancelAsync();
        await turn.ShouldThrowAsync<OperationCanceledException>();
        longOne.Dispose();

        var next = slots.EnterAsync(CancellationToken);

        next.IsCompleted.ShouldBeFalse();
        (await shortOne).Dispose();
        (await next).Dispose();
    }

    [Fact]
    public async Task Many_that_come_go_and_leave_never_run_more_than_there_are_slots()
    {
        var slots = Slots(queued: 1000);
        var random = new Random(7);
        var running = 0;
        var most = 0;
        await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => (Leaves: random.Next(4) == 0, Yields: random.Next(3) == 0)).Select(async plan =>
        {
            using var leaving = new CancellationTokenSource();
            var entering = slots.EnterAsync(leaving.Token);
            if (plan.Leaves)
            {
                await Task.Yield();
                await leaving.CancelAsync();
            }

            try
            {
                using var slot = await entering;
                await Run();
                if (plan.Yields)
                {
                    await slot.YieldAsync(CancellationToken);
                    await Run();
                }
            }
            catch (OperationCanceledException)
            {
                plan.Leaves.ShouldBeTrue();
            }

            async Task Run()
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                await Task.Yield();
                Interlocked.Decrement(ref running);
            }
        }));

        most.ShouldBe(slots.Count);
        using var again = await slots.EnterAsync(CancellationToken);
    }

    /// <summary>One slot: a run has all cores.</summary>
    private static RunSlots Slots(int queued, TimeProvider? time = null) =>
        new(Options.Create(new InferenceOptions { IntraOpThreads = 0, MaxQueuedRequestsPerRun = queued }), time ?? TimeProvider.System);
}
