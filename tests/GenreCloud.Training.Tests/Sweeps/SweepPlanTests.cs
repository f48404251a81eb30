using System.Text.Json;
using GenreCloud.ServiceDefaults;
using GenreCloud.Storage;
using GenreCloud.Training.Runs;
using GenreCloud.Training.Sweeps;

namespace GenreCloud.Training.Tests.Sweeps;

public sealed class SweepPlanTests
{
    [Fact]
    public void A_grid_has_every_combination_in_a_fixed_order()
    {
        var plan = Plan("""{ "run": { "dataset": "d", "epochs": 3 }, "parameters": { "split.seed": [1, 2], "learningRate": [0.001, 0.002] } }""");

        plan.Select(candidate => candidate.Parameters.ToJsonString()).ShouldBe(
            [
                """{"learningRate":0.001,"split.seed":1}""",
                """{"learningRate":0.001,"split.seed":2}""",
                """{"learningRate":0.002,"split.seed":1}""",
                """{"learningRate":0.002,"split.seed":2}""",
            ]);
        var last = plan[^1].Runs.ShouldHaveSingleItem();
        (last.Dataset, last.Epochs, last.LearningRate!.Value.Peak, last.Split!.Seed).ShouldBe(("d", 3, 0.002, 2));
    }

    [Fact]
    public void Folds_register_nothing_unless_that_is_asked_for()
    {
        Plan("""{ "run": { "dataset": "d" }, "folds": 2 }""")[0].Runs.ShouldAllBe(run => run.Register == false);
        Plan("""{ "run": { "dataset": "d", "register": true }, "folds": 2 }""")[0].Runs.ShouldAllBe(run => run.Register == true);
        Plan("""{ "run": { "dataset": "d" }, "parameters": { "epochs": [1, 2] } }""")[0].Runs.ShouldAllBe(run => run.Register == null);
    }

    [Fact]
    public void Folds_run_each_candidate_once_a_fold_by_the_split_of_the_run()
    {
        var plan = Plan("""{ "run": { "dataset": "d", "split": { "kind": "track", "seed": 7 } }, "folds": 3 }""");

        var splits = plan.ShouldHaveSingleItem().Runs.Select(run => run.Split!).ToArray();
        splits.Select(split => (split.Fold, split.Folds, split.Seed)).ShouldBe([(1, 3, 7), (2, 3, 7), (3, 3, 7)]);
        splits.ShouldAllBe(split => split.Kind == Datasets.Splits.SplitKind.Track);
    }

    [Fact]
    public void A_random_search_draws_within_its_ranges_the_same_for_a_seed()
    {
        const string Request = """
            { "run": { "dataset": "d" }, "samples": 50, "seed": SEED, "parameters": {
                "learningRate": { "min": 0.0001, "max": 0.01, "scale": "log" }, "epochs": { "min": 2, "max": 5 }, "precision": ["fp32", "bf16"] } }
            """;

        var runs = Plan(Request.Replace("SEED", "4", StringComparison.Ordinal)).Select(candidate => candidate.Runs.ShouldHaveSingleItem()).ToArray();

        runs.Length.ShouldBe(50);
        runs.ShouldAllBe(run => run.LearningRate!.Value.Peak >= 0.0001 && run.LearningRate.Value.Peak <= 0.01);
        runs.Count(run => run.LearningRate!.Value.Peak < 0.001).ShouldBeInRange(15, 35, "on a logarithmic scale half of them are below the middle");
        runs.Select(run => run.Epochs!.Value).Distinct().Order().ShouldBe([2, 3, 4, 5]);
        runs.Select(run => run.Precision).Distinct().Count().ShouldBe(2);
        Plan(Request.Replace("SEED", "4", StringComparison.Ordinal)).SelectMany(candidate => candidate.Runs).ShouldBe(runs);
        Plan(Request.Replace("SEED", "5", StringComparison.Ordinal)).SelectMany(candidate => candidate.Runs).ShouldNotBe(runs);
    }

    [Theory]
    [InlineData("""{ "parameters": { "epochs": [1] } }""", "run is missing")]
    [InlineData("""{ "run": { "dataset": "d" } }""", "nothing to compare")]
    [InlineData("""{ "run": { "dataset": "d" }, "parameters": { "epochz": [1] } }""", "A run has no epochz")]
    [InlineData("""{ "run": { "dataset": "d" }, "parameters": { "epochs.x": [1] } }""", "A run has no x")]
    [InlineData("""{ "run": { "dataset": "d" }, "parameters": { "epochs": [] } }""", "Give a list of values")]
    [InlineData("""{ "run": { "dataset": "d" }, "parameters": { "epochs": [null] } }""", "null is no value")]
    [InlineData("""{ "run": { "dataset": "d" }, "parameters": { "epochs": ["many"] } }""", "a value that a run cannot have")]
    [InlineData("""{ "run": { "dataset": "d" }, "parameters": { "epochs": { "min": 5, "max": 2 } } }""", "min below max")]
    [InlineData("""{ "run": { "dataset": "d" }, "parameters": { "epochs": { "min": 0, "max": 2, "scale": "log" } } }""", "log needs a min above 0")]
    [InlineData("""{ "run": { "dataset": "d" }, "parameters": { "epochs": { "min": 1, "max": 2 } } }""", "needs samples")]
    [InlineData("""{ "run": { "dataset": "d" }, "folds": 1 }""", "folds is 1")]
    [InlineData("""{ "run": { "dataset": "d" }, "samples": 600, "folds": 2, "parameters": { "epochs": [1] } }""", "1,200 runs")]
    public void What_cannot_be_planned_is_refused_with_the_reason(string request, string reason) =>
        Should.Throw<ProblemException>(() => Plan(request)).Message.ShouldContain(reason);

    [Fact]
    public void A_grid_that_explodes_is_refused_before_it_is_made()
    {
        var values = string.Join(',', Enumerable.Range(1, 200));

        Should.Throw<ProblemException>(() => Plan(
            $$"""{ "run": { "dataset": "d" }, "parameters": { "epochs": [{{values}}], "seed": [{{values}}], "batchSize": [{{values}}], "split.seed": [{{values}}] } }"""))
            .Message.ShouldContain("1,600,000,000 combinations");
    }

    private static IReadOnlyList<(System.Text.Json.Nodes.JsonObject Parameters, IReadOnlyList<RunRequest> Runs)> Plan(string request) =>
        SweepPlan.Of(JsonSerializer.Deserialize<SweepRequest>(request, GenreCloudJson.Options)!);
}
