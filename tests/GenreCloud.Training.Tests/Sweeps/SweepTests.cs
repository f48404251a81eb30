using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using GenreCloud.Datasets;
using GenreCloud.Registry;
using GenreCloud.Storage;
using GenreCloud.Testing;
using GenreCloud.Training.Runs;
using GenreCloud.Training.Sweeps;

namespace GenreCloud.Training.Tests.Sweeps;

public sealed class SweepTests(AzuriteFixture azurite)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_sweep_runs_its_candidates_on_every_fold_and_marks_the_best()
    {
        var account = azurite.NewAccount();
        var manifest = await SmallDataset.WriteAsync(account, "techno", "classical");
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

        await IsJudgedOverAllFoldsAsync(service, standings, manifest);
        await IsComparedAsync(service, address, standings, manifest);
        (await new ModelRegistry(account.Blobs, TimeProvider.System).ListModelsAsync(CancellationToken))
            .ShouldBeEmpty("who asks how good settings are asks for no versions of a model");
        using var list = await service.GetAsync("/api/sweeps");
        (await list.Content.ReadFromJsonAsync<JsonElement>(CancellationToken)).EnumerateArray().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Two_services_share_a_sweeps_runs_and_each_is_done_once()
    {
        var account = azurite.NewAccount();
        await SmallDataset.WriteAsync(account, "techno", "classical");
        await using var first = await TrainingProcess.StartAsync(account);
        await using var second = await TrainingProcess.StartAsync(account);
        using var response = await first.PostAsync(
            new
            {
                run = new { dataset = SmallDataset.Name, architecture = "linear", batchSize = 4, epochs = 1 },
                parameters = new Dictionary<string, object> { ["seed"] = new[] { 1, 2, 3 } },
                folds = 2,
            },
            "/api/sweeps");

        var report = await WaitForEndAsync(second, response.Headers.Location.ShouldNotBeNull().ToString());

        var runs = report.GetProperty("standings").EnumerateArray().SelectMany(standing => standing.GetProperty("runs").EnumerateArray()).ToArray();
        runs.ShouldAllBe(run => run.GetProperty("status").GetString() == "completed");
        var (ofFirst, ofSecond) = (RunsOf(first), RunsOf(second));
        ofFirst.Concat(ofSecond).ShouldBe(runs.Select(run => run.GetProperty("id").GetString()), ignoreOrder: true);
        ofFirst.ShouldNotBeEmpty();
        ofSecond.ShouldNotBeEmpty();

        static string[] RunsOf(TrainingProcess service) =>
            [.. Regex.Matches(service.Service.Output, "Process [0-9]+ does run (?<id>[0-9a-f]+)").Select(match => match.Groups["id"].Value)];
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
            service, new { run = new { dataset = SmallDataset.Name }, parameters = new { architecture = new[] { "crnn", "resnet" } } }, 400, "resnet is none of: ");
        using var accepted = await service.PostAsync(new { run = new { dataset = SmallDataset.Name }, folds = 3 }, "/api/sweeps");

        using var early = await service.GetAsync($"{accepted.Headers.Location}/comparison");
        ((int)early.StatusCode).ShouldBe(400, "there is one candidate only");
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

    private static async Task IsJudgedOverAllFoldsAsync(TrainingProcess service, JsonElement[] standings, DatasetManifest manifest)
    {
        foreach (var standing in standings)
        {
            var pooled = standing.GetProperty("evaluation").Deserialize<PooledEvaluation>(GenreCloudJson.Options).ShouldNotBeNull();
            var results = await Task.WhenAll(standing.GetProperty("runs").EnumerateArray().Select(async run => (await service.GetRunAsync(run.GetProperty("id").GetString()!)).Result!));
            var answers = await Task.WhenAll(standing.GetProperty("runs").EnumerateArray().Select(run => service.GetAnswersAsync(run.GetProperty("id").GetString()!)));
            answers.SelectMany(fold => fold.Samples).Select(sample => sample.Id).Distinct().Count().ShouldBe(manifest.Samples);
            answers.Sum(fold => fold.Samples.Count(sample => sample.IsRight)).ShouldBe((int)Math.Round(pooled.Report.Top1 * manifest.Samples));
            results.ShouldAllBe(result => result.Model == null && result.ModelVersion == null && result.Evaluation!.Top1 == result.Top1);
            pooled.Labels.ShouldBe(manifest.Labels);
            pooled.Report.Samples.ShouldBe(manifest.Samples, "every spectrogram is held back once");
            pooled.Report.Top1.ShouldBe(results.Sum(result => result.Top1 * result.ValidationSamples) / manifest.Samples, 1e-12);
            pooled.Report.Top1.ShouldBe(standing.GetProperty("top1").GetDouble(), 1e-12);
            pooled.Report.Loss.ShouldBe(standing.GetProperty("loss").GetDouble(), 1e-12);
            pooled.Report.MajorityBaseline.ShouldNotBeNull().ShouldBe(results.Sum(result => result.MajorityBaseline * result.ValidationSamples) / manifest.Samples, 1e-12);
            pooled.Report.Top1Interval.ShouldNotBeNull().Groups.ShouldBe(manifest.Samples, "every clip has an artist of its own");
            pooled.Top1.Mean.ShouldBe(results.Average(result => result.Top1), 1e-12);
            pooled.Top1.StandardDeviation.ShouldBe(Math.Abs(results[0].Top1 - results[1].Top1) / Math.Sqrt(2), 1e-12);
        }
    }

    private static async Task IsComparedAsync(TrainingProcess service, string address, JsonElement[] standings, DatasetManifest manifest)
    {
        var comparison = await CompareAsync("");
        comparison.Samples.ShouldBe(manifest.Samples);
        comparison.First.Candidate.ShouldBe(standings[0].GetProperty("candidate").GetInt32(), "the best comes first");
        comparison.Top1Difference.ShouldBe(standings[0].GetProperty("top1").GetDouble() - standings[1].GetProperty("top1").GetDouble(), 1e-12);
        comparison.Interval.ShouldNotBeNull().ShouldSatisfyAllConditions(
            interval => interval.Lower.ShouldBeLessThanOrEqualTo(comparison.Top1Difference),
            interval => interval.Upper.ShouldBeGreaterThanOrEqualTo(comparison.Top1Difference));
        (await CompareAsync($"?first={comparison.Second.Candidate}&second={comparison.First.Candidate}")).Top1Difference.ShouldBe(-comparison.Top1Difference);
        using var unknown = await service.GetAsync($"{address}/comparison?first=2");
        ((int)unknown.StatusCode).ShouldBe(400);
        (await unknown.Content.ReadAsStringAsync(CancellationToken)).ShouldContain("are 0 to 1");

        async Task<SweepComparison> CompareAsync(string query)
        {
            using var response = await service.GetAsync($"{address}/comparison{query}");
            response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync(CancellationToken));
            return (await response.Content.ReadFromJsonAsync<SweepComparison>(GenreCloudJson.Options, CancellationToken)).ShouldNotBeNull();
        }
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
