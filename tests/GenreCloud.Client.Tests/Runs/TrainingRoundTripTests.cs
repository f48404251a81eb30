using System.Text.Json;
using GenreCloud.Client.Evaluations;
using GenreCloud.Client.Imports;
using GenreCloud.Client.Models;
using GenreCloud.Client.Runs;
using GenreCloud.Client.Sweeps;
using GenreCloud.Client.Tests.Imports;

namespace GenreCloud.Client.Tests.Runs;

/// <summary>The client against the training service, whose worker is not there: what is asked for stays in the queue.</summary>
public sealed class TrainingRoundTripTests(AllServices services) : IClassFixture<AllServices>
{
    private readonly TrainingClient _client = services.Training;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_is_asked_for_with_every_option_listed_followed_and_cancelled()
    {
        var request = new RunRequest(await ImportAsync("runs"))
        {
            Version = 1,
            Architecture = "crnn-strided",
            Model = "other",
            Register = false,
            Epochs = 3,
            BatchSize = 2,
            LearningRate = LearningRate.Auto,
            WeightDecay = 0.02,
            LabelSmoothing = 0.1,
            ClassBalance = ClassBalance.Weights,
            GradientClip = 5,
            EarlyStoppingPatience = 2,
            Selection = WeightSelection.Best,
            Augmentation = new Augmentation { TimeMasks = 2, MixupAlpha = 0.3 },
            Seed = 7,
            Precision = Precision.Bf16,
            Split = new Split(SplitUnit.Track, Seed: 3, ValidationFraction: 0.4),
        };

        var run = await _client.StartRunAsync(request, CancellationToken);
        var listed = await _client.ListRunsAsync(CancellationToken);
        var steps = await _client.ListStepsAsync(run.Id, CancellationToken);
        await using var events = _client.FollowRunAsync(run.Id, CancellationToken).GetAsyncEnumerator(CancellationToken);
        await events.MoveNextAsync();
        var moved = events.Current;
        await _client.CancelRunAsync(run.Id, CancellationToken);
        while (events.Current is not RunEnded)
        {
            (await events.MoveNextAsync()).ShouldBeTrue();
        }

        run.Settings.ShouldBe(new RunSettings(
            "runs", 1, "crnn-strided", "other", null, false, 3, 2, LearningRate.Auto, 0.02, 0.1, ClassBalance.Weights, 5, 2, WeightSelection.Best,
            request.Augmentation, 7, Precision.Bf16, request.Split, null));
        listed.ShouldContain(other => other.Id == run.Id);
        steps.ShouldBeEmpty();
        moved.ShouldBeOfType<RunMoved>().Status.ShouldBe(RunStatus.Queued);
        events.Current.ShouldBeOfType<RunEnded>().Run.Status.ShouldBe(RunStatus.Cancelled);
        (await _client.GetRunAsync(run.Id, CancellationToken)).HasEnded.ShouldBeTrue();
        (await Should.ThrowAsync<GenreCloudException>(() => _client.GetRunAnswersAsync(run.Id, CancellationToken))).Problem.Status.ShouldBe(404);
        (await Should.ThrowAsync<GenreCloudException>(() => _client.CancelRunAsync("nothing", CancellationToken))).Problem.Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_sweep_is_asked_for_looked_at_and_cancelled()
    {
        var request = new SweepRequest(new RunRequest(await ImportAsync("sweeps")) { Epochs = 1, Split = new Split(SplitUnit.Track) })
        {
            Parameters = new Dictionary<string, JsonElement> { ["seed"] = JsonElement.Parse("[1, 2]"), ["learningRate"] = JsonElement.Parse("[0.001, \"auto\"]") },
        };

        var report = await _client.StartSweepAsync(request, CancellationToken);
        var listed = await _client.ListSweepsAsync(CancellationToken);
        var cancelled = await _client.CancelSweepAsync(report.Sweep.Id, CancellationToken);

        report.Standings.Count.ShouldBe(4);
        report.Sweep.Candidates.Select(candidate => $"{candidate.Parameters["seed"]} {candidate.Parameters["learningRate"]}")
            .ShouldBe(["1 0.001", "1 auto", "2 0.001", "2 auto"], ignoreOrder: true);
        listed.ShouldContain(sweep => sweep.Id == report.Sweep.Id);
        cancelled.HasEnded.ShouldBeTrue();
        cancelled.Standings.SelectMany(standing => standing.Runs).ShouldAllBe(run => run.Status == RunStatus.Cancelled);
        (await _client.GetSweepAsync(report.Sweep.Id, CancellationToken)).HasEnded.ShouldBeTrue();
        (await Should.ThrowAsync<GenreCloudException>(() => _client.CompareCandidatesAsync(report.Sweep.Id, 0, 1, CancellationToken))).Problem.Status.ShouldBe(409);
    }

    [Fact]
    public async Task The_networks_are_listed()
    {
        var architectures = await _client.ListArchitecturesAsync(CancellationToken);

        architectures.Select(architecture => architecture.Name).ShouldContain("crnn");
        architectures.Single(architecture => architecture.Name == "crnn-tabular").TabularColumns.ShouldBe(16);
        architectures.Single(architecture => architecture.Name == "crnn-strided").Family.ShouldBe("crnn");
        architectures.ShouldAllBe(architecture => architecture.Description.Length > 10);
    }

    [Fact]
    public async Task What_cannot_be_evaluated_is_said()
    {
        var dataset = await ImportAsync("evaluated");

        var exception = await Should.ThrowAsync<GenreCloudException>(
            () => _client.StartEvaluationAsync(new EvaluationRequest("nothing", dataset) { Samples = EvaluatedSamples.All }, CancellationToken));

        exception.Problem.Status.ShouldBe(404);
        (await _client.ListEvaluationsAsync("nothing", 1, dataset, CancellationToken)).ShouldBeEmpty();
        (await Should.ThrowAsync<GenreCloudException>(() => _client.GetEvaluationAsync("nothing", CancellationToken))).Problem.Status.ShouldBe(404);
    }

    private async Task<string> ImportAsync(string dataset)
    {
        var import = await services.Imports.UploadImportAsync(new MemoryStream(SmallZip.ToBytes()), new ImportRequest(dataset, "folders"), CancellationToken);
        var events = await services.Imports.FollowImportAsync(import.Id, CancellationToken).ToListAsync(CancellationToken);
        events[^1].ShouldBeOfType<ImportEnded>().Import.Error.ShouldBeNull();
        return dataset;
    }
}
