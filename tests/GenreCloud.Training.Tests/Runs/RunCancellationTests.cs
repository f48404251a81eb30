using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
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
        events.Where(told => told.EventType == "epoch").Select(told => told.EventId).ShouldBe(["1", "2", "3"]);
        events.Where(told => told.EventType == "epoch").Select(told => Read<EpochMetrics>(told.Data)).ShouldBe(run.Epochs);
        events[^1].EventType.ShouldBe("end");
        Read<Run>(events[^1].Data).Result.ShouldBe(run.Result);

        var rest = await EventsAsync(service, id, lastEventId: "2");

        rest.Where(told => told.EventType == "epoch").Select(told => told.EventId).ShouldBe(["3"]);
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
        run.EndedAt.ShouldNotBeNull();
        run.Error.ShouldBeNull();
        (await service.GetRunAsync(waiting)).StartedAt.ShouldBeNull();
        (await new ModelRegistry(account.Blobs, TimeProvider.System).GetModelAsync(SmallDataset.Name, CancellationToken)).Versions.ShouldHaveSingleItem();

        using var late = await service.DeleteAsync($"/api/runs/{next}");
        late.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await late.Content.ReadAsStringAsync(CancellationToken)).ShouldContain("has ended: Completed");
        using var unknown = await service.DeleteAsync($"/api/runs/{Guid.NewGuid():n}");
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
