using System.Net.Http.Json;
using System.Text.Json;
using GenreCloud.Storage;
using GenreCloud.Testing;
using GenreCloud.Training.Runs;

namespace GenreCloud.Training.Tests.Sweeps;

public sealed class SweepTests(AzuriteFixture azurite)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_sweep_runs_its_candidates_on_every_fold_and_marks_the_best()
    {
        var account = azurite.NewAccount();
        await SmallDataset.WriteAsync(account, "techno", "classical");
        await using var service = await TrainingProcess.StartAsync(account);
        using var response = await service.PostAsync(
            new
            {
                run = new { dataset = SmallDataset.Name, batchSize = 4, epochs = 1 },
                parameters = new Dictionary<string, object> { ["learningRate"] = new[] { 1e-9, 0.002 } },
                folds = 2,
            },
            "/api/sweeps");
        ((int)response.StatusCode).ShouldBe(202);
        var address = response.Headers.Location.ShouldNotBeNull().ToString();

        var report = await WaitForEndAsync(service, address);

        var standings = report.GetProperty("standings").EnumerateArray().ToArray();
        standings.Length.ShouldBe(2);
        standings.Select(standing => standing.GetProperty("isBest").GetBoolean()).ShouldBe([true, false]);
        standings[0].GetProperty("top1").GetDouble().ShouldBeGreaterThanOrEqualTo(standings[1].GetProperty("top1").GetDouble());
        foreach (var standing in standings)
        {
            var runs = standing.GetProperty("runs").EnumerateArray().ToArray();
            runs.Select(run => run.GetProperty("fold").GetInt32()).ShouldBe([1, 2]);
            standing.TryGetProperty("standardError", out _).ShouldBeTrue();
            foreach (var run in runs)
            {
                var stored = await service.GetRunAsync(run.GetProperty("id").GetString()!);
                stored.Status.ShouldBe(RunStatus.Completed, $"{stored.Error}");
                stored.Sweep.ShouldBe(address["/api/sweeps/".Length..]);
                stored.Settings.Split.Folds.ShouldBe(2);
                stored.Settings.LearningRate.Peak.ShouldBe(standing.GetProperty("parameters").GetProperty("learningRate").GetDouble());
                run.GetProperty("top1").GetDouble().ShouldBe(stored.Result!.Top1);
            }
        }

        using var list = await service.GetAsync("/api/sweeps");
        (await list.Content.ReadFromJsonAsync<JsonElement>(CancellationToken)).EnumerateArray().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_cancelled_sweep_ends_with_all_its_runs_and_a_refused_one_queues_none()
    {
        var account = azurite.NewAccount();
        await SmallDataset.WriteAsync(account, "techno", "classical");
        await using var service = await TrainingProcess.StartAsync(account, arguments: "api");
        await RefusedAsync(service, new { run = new { dataset = SmallDataset.Name }, parameters = new { epochs = new[] { 1, 0 } } }, 400, "epochs is 0");
        await RefusedAsync(service, new { run = new { dataset = "nothing" }, folds = 2 }, 404, "There is no dataset nothing. There are small.");
        await RefusedAsync(service, new { run = new { dataset = SmallDataset.Name }, parameters = new { version = new[] { 1, 3 } } }, 404, "version 3. It has 1.");
        await RefusedAsync(
            service, new { run = new { dataset = SmallDataset.Name }, parameters = new { architecture = new[] { "crnn", "resnet" } } }, 400, "resnet is none of: crnn");
        using var accepted = await service.PostAsync(new { run = new { dataset = SmallDataset.Name }, folds = 3 }, "/api/sweeps");

        using var cancelled = await service.DeleteAsync(accepted.Headers.Location!.ToString());

        var report = await cancelled.Content.ReadFromJsonAsync<JsonElement>(CancellationToken);
        report.GetProperty("hasEnded").GetBoolean().ShouldBeTrue();
        report.GetProperty("standings")[0].GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("status").GetString())
            .ShouldBe(["cancelled", "cancelled", "cancelled"]);
        using var runs = await service.GetAsync("/api/runs");
        (await runs.Content.ReadFromJsonAsync<Run[]>(GenreCloudJson.Options, CancellationToken)).ShouldNotBeNull().Length.ShouldBe(3);
        using var unknown = await service.GetAsync($"/api/sweeps/{Guid.NewGuid():n}");
        ((int)unknown.StatusCode).ShouldBe(404);
    }

    private static async Task RefusedAsync(TrainingProcess service, object request, int status, string hint)
    {
        using var refused = await service.PostAsync(request, "/api/sweeps");
        ((int)refused.StatusCode).ShouldBe(status);
        var problem = await refused.Content.ReadFromJsonAsync<JsonElement>(CancellationToken);
        problem.GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain(hint);
    }

    private static async Task<JsonElement> WaitForEndAsync(TrainingProcess service, string address)
    {
        while (true)
        {
            using var response = await service.GetAsync(address);
            var report = await response.Content.ReadFromJsonAsync<JsonElement>(CancellationToken);
            if (report.GetProperty("hasEnded").GetBoolean())
            {
                return report;
            }

            await Task.Delay(PollInterval, CancellationToken);
        }
    }
}
