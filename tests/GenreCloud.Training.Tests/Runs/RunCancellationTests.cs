using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using GenreCloud.Modeling;
using GenreCloud.Registry;
using GenreCloud.Storage;
using GenreCloud.Testing;
using GenreCloud.Training.Runs;

namespace GenreCloud.Training.Tests.Runs;

/// <summary>A run is followed as it goes, and ended on request.</summary>
public sealed class RunCancellationTests(AzuriteFixture azurite)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_is_told_as_it_goes_epoch_by_epoch_and_again_from_the_last_one_heard()
    {
        var account = azurite.NewAccount();
        await SmallDataset.WriteAsync(account, "techno", "classical");
        await using var service = await TrainingProcess.StartAsync(account);
        var id = await service.StartRunAsync(new { dataset = SmallDataset.Name, epochs = 3, batchSize = 4 });

        var events = await EventsAsync(service, id, lastEventId: null);

        var run = await service.GetRunAsync(id);
        run.Status.ShouldBe(RunStatus.Completed, $"{run.Error}");
        events.Count(told => told.EventType == "progress").ShouldBeGreaterThan(3);
        var steps = run.Progress.ShouldNotBeNull().TotalSteps;
        events.Where(told => told.EventType == "step").Select(told => Read<StepMetrics>(told.Data).Step).ShouldBe(Enumerable.Range(1, steps));
        events.Where(told => told.EventType == "epoch").Select(told => Read<EpochMetrics>(told.Data)).ShouldBe(run.Epochs);
        events.Where(told => told.EventType is "step" or "epoch").Select(told => told.EventType).ShouldBe(
            Enumerable.Range(1, 3).SelectMany(_ => Enumerable.Repeat("step", steps / 3).Append("epoch")), "each epoch comes after its steps");
        events.Where(told => told.EventType == "progress").ShouldAllBe(
            told => Read<RunStep>(told.Data).Status != RunStatus.Completed, "that it ended comes with its result");
        events[^1].EventType.ShouldBe("end");
        Read<Run>(events[^1].Data).Result.ShouldBe(run.Result);

        var heard = events.Where(one => one.EventType is "step" or "epoch").Select(one => one.EventId).ToArray();
        var secondEpoch = 2 * ((steps / 3) + 1) - 1;
        foreach (var last in (int[])[secondEpoch, secondEpoch + 1])
        {
            var rest = await EventsAsync(service, id, heard[last]);

            rest.Where(one => one.EventType is "step" or "epoch").Select(one => one.EventId).ShouldBe(heard[(last + 1)..]);
        }

        var afterTwo = await EventsAsync(service, id, lastEventId: "2");
        afterTwo.Where(told => told.EventType == "step").Select(told => Read<StepMetrics>(told.Data).Epoch).Distinct().ShouldBe([3]);
    }

    [Fact]
    public async Task A_cancelled_run_stops_registers_nothing_and_leaves_the_worker_to_the_next()
    {
        var account = azurite.NewAccount();
        await SmallDataset.WriteAsync(account, "techno", "classical");
        await using var service = await TrainingProcess.StartAsync(account);
        var running = await service.StartRunAsync(new { dataset = SmallDataset.Name, epochs = 5000, batchSize = 4 });
        var waiting = await service.StartRunAsync(new { dataset = SmallDataset.Name, epochs = 5000, batchSize = 4 });
        var next = await service.StartRunAsync(new { dataset = SmallDataset.Name, epochs = 1, batchSize = 4 });
        await service.WaitForAsync(running, run => run.Progress is { Step: > 1 });

        await CancelAsync(service, waiting);
        await CancelAsync(service, running);
        await CancelAsync(service, running);

        (await service.WaitForEndAsync(next)).Status.ShouldBe(RunStatus.Completed);
        var run = await service.GetRunAsync(running);
        run.Status.ShouldBe(RunStatus.Cancelled);
        using var answers = await service.GetAsync($"/api/runs/{run.Id}/answers");
        ((int)answers.StatusCode).ShouldBe(404);
        run.EndedAt.ShouldNotBeNull();
        run.Error.ShouldBeNull();
        service.Service.Output.ShouldContain($"Run {running} was cancelled, and makes no other step");
        (await service.GetRunAsync(waiting)).StartedAt.ShouldBeNull();
        (await new ModelRegistry(account.Blobs, TimeProvider.System).GetModelAsync(SmallDataset.Name, CancellationToken)).Versions.ShouldHaveSingleItem();

        using var late = await service.DeleteAsync($"/api/runs/{next}");
        late.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await late.Content.ReadAsStringAsync(CancellationToken)).ShouldContain("has ended: Completed");
        using var unknown = await service.DeleteAsync($"/api/runs/{Guid.NewGuid():n}");
        unknown.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_run_that_is_told_of_its_cancellation_makes_no_other_step()
    {
        const int Steps = 5;
        var account = azurite.NewAccount();
        var id = await RunExecution.AcceptAsync(
            account, await SmallDataset.WriteAsync(account, "techno", "classical"), new RunRequest { Architecture = "linear", Epochs = 5000, BatchSize = 4 });
        using var recording = new TelemetryRecording();
        using var unwanted = new CancellationTokenSource();
        using var steps = new MadeSteps(recording.Root.TraceId)
        {
            Made = count =>
            {
                if (count == Steps)
                {
                    unwanted.Cancel();
                }
            },
        };

        var execution = new RunExecution(account.Blobs) { Unwanted = unwanted.Token };

        await Should.ThrowAsync<RunTakenOverException>(() => execution.ExecuteAsync(id, recording.Root.Context));

        steps.At.Count.ShouldBe(Steps);
    }

    [Fact]
    public async Task A_range_test_shows_how_far_it_is_and_is_cancelled_within_a_step()
    {
        var account = azurite.NewAccount();
        await SmallDataset.WriteAsync(account, "techno", "classical");
        await using var service = await TrainingProcess.StartAsync(account);
        var id = await service.StartRunAsync(new { dataset = SmallDataset.Name, epochs = 1, batchSize = 4, learningRate = "auto" });
        var running = await service.WaitForAsync(id, run => run.Progress is { Step: > 1 });
        var progress = running.Progress.ShouldNotBeNull();
        (progress.Phase, progress.TotalSteps, progress.Epoch).ShouldBe((TrainingPhase.RangeTest, 100, 1));
        progress.LearningRate.ShouldBeLessThan(10);
        running.RangeTest.ShouldBeNull();

        await CancelAsync(service, id);

        var next = await service.WaitForEndAsync(await service.StartRunAsync(new { dataset = SmallDataset.Name, epochs = 1, batchSize = 4 }));
        next.Status.ShouldBe(RunStatus.Completed, $"{next.Error}");
        var cancelled = await service.GetRunAsync(id);
        cancelled.Status.ShouldBe(RunStatus.Cancelled);
        cancelled.Progress.ShouldNotBeNull().Step.ShouldBeLessThan(100, "it did not go on after it was cancelled");
        cancelled.RangeTest.ShouldBeNull();
    }

    [Fact]
    public async Task A_cancelled_run_that_is_resumed_goes_on_where_it_was_saved_and_one_that_is_completed_does_not()
    {
        var account = azurite.NewAccount();
        await SmallDataset.WriteAsync(account, "techno", "classical");
        await using var service = await TrainingProcess.StartAsync(account);
        var id = await service.StartRunAsync(new { dataset = SmallDataset.Name, epochs = 12, batchSize = 4 });
        await service.WaitForAsync(id, run => run.Epochs.Count > 0);
        await CancelAsync(service, id);
        var before = await service.GetRunAsync(id);

        using var resumed = await service.PostAsync(new { }, $"/api/runs/{id}/resume");

        resumed.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var run = await service.WaitForEndAsync(id);
        run.Status.ShouldBe(RunStatus.Completed, $"{run.Error}");
        run.Epochs.Select(epoch => epoch.Epoch).ShouldBe(Enumerable.Range(1, 12));
        run.Epochs.Take(before.Epochs.Count).ShouldBe(before.Epochs, "these were not trained again");
        run.StartedAt.ShouldBe(before.StartedAt);
        using var late = await service.PostAsync(new { }, $"/api/runs/{id}/resume");
        late.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await late.Content.ReadAsStringAsync(CancellationToken)).ShouldContain("is completed");
        using var unknown = await service.PostAsync(new { }, $"/api/runs/{Guid.NewGuid():n}/resume");
        unknown.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private static async Task CancelAsync(TrainingProcess service, string id)
    {
        using var answer = await service.DeleteAsync($"/api/runs/{id}");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        Read<Run>(await answer.Content.ReadAsStringAsync(CancellationToken)).Status.ShouldBe(RunStatus.Cancelled);
    }

    private static async Task<IReadOnlyList<SseItem<string>>> EventsAsync(TrainingProcess service, string id, string? lastEventId)
    {
        await using var stream = await service.OpenEventsAsync(id, lastEventId);
        var events = new List<SseItem<string>>();
        await foreach (var told in SseParser.Create(stream).EnumerateAsync(CancellationToken))
        {
            events.Add(told);
        }

        return events;
    }

    private static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, GenreCloudJson.Options)!;
}
