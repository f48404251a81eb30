using System.Text.Json;
using GenreCloud.Storage;
using GenreCloud.Testing;

namespace GenreCloud.Registry.Tests.Gates;

public sealed class PromotionGateTests(AzuriteFixture azurite)
{
    private const string Model = RegistryUnderTest.Model;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(8, 2, 0, true)]
    [InlineData(8, 2, 0.2, false)]
    [InlineData(7, 3, 0, false)]
    [InlineData(6, 4, 0, false)]
    public async Task A_version_passes_only_if_its_card_is_better_by_more_than_the_gate_asks(int right, int wrong, double minimumGain, bool passes)
    {
        var test = await WithHolderAsync();
        await test.RegisterAsync(Description(right, wrong));
        await test.Registry.SetGateAsync(
            Model, "production", new PromotionGate { Metric = GateMetric.Top1, MinimumGain = minimumGain }, expected: null, "ann", CancellationToken);

        var moved = await MovesAsync(test, 2);

        moved.ShouldBe(passes);
        if (passes)
        {
            (await test.Registry.GetHistoryAsync(Model, CancellationToken))[^1].Gate.ShouldNotBeNull().ShouldSatisfyAllConditions(
                gate => gate.Passed.ShouldBeTrue(),
                gate => gate.Candidate.ShouldBe(0.8),
                gate => gate.Holder.ShouldBe(0.7),
                gate => gate.Dataset.ShouldBe("genres version 3"));
        }
    }

    [Fact]
    public async Task Less_loss_is_better()
    {
        var test = await WithHolderAsync();
        await test.RegisterAsync(Description(1, 9, loss: 0.8));
        await test.RegisterAsync(Description(9, 1, loss: 1.0));
        await test.Registry.SetGateAsync(Model, "production", new PromotionGate { Metric = GateMetric.Loss }, expected: null, "ann", CancellationToken);

        (await MovesAsync(test, 3)).ShouldBeFalse();
        (await MovesAsync(test, 2)).ShouldBeTrue();
    }

    [Fact]
    public async Task Other_samples_are_no_comparison_and_the_refusal_says_what_to_measure()
    {
        var test = await WithHolderAsync();
        var better = Description(9, 1);
        await test.RegisterAsync(better with { Lineage = better.Lineage with { Dataset = better.Lineage.Dataset! with { Version = "4" } } });
        await test.RegisterAsync(better with { Lineage = better.Lineage with { Split = better.Lineage.Split! with { Seed = 2 } } });
        await test.Registry.SetGateAsync(Model, "production", new PromotionGate { Metric = GateMetric.MacroF1 }, expected: null, "ann", CancellationToken);

        for (var version = 2; version <= 3; version++)
        {
            var refused = await Should.ThrowAsync<GateRefusedException>(
                () => test.Registry.SetAliasAsync(Model, "production", version, expected: null, "ann", why: null, CancellationToken));
            refused.Message.ShouldContain($"Versions {version} and 1 were not measured in macroF1 on the same samples of the same dataset version.");
            refused.Message.ShouldContain($$"""POST /api/evaluations with {"model": "crnn", "version": {{version}}, "dataset": "genres"}""");
            refused.Verdict.Candidate.ShouldBeNull();
        }

        (await test.Registry.ResolveAsync(Model, "production", CancellationToken)).ShouldBe(1);
    }

    [Fact]
    public async Task Evaluations_on_one_dataset_version_are_compared_where_the_cards_cannot_be()
    {
        var test = await WithHolderAsync();
        var other = Description(1, 9);
        await test.RegisterAsync(other with { Lineage = other.Lineage with { Dataset = other.Lineage.Dataset! with { Version = "4" } } });
        await test.Registry.SetGateAsync(
            Model, "production", new PromotionGate { Metric = GateMetric.Top1, Dataset = "new", DatasetVersion = 1 }, expected: null, "ann", CancellationToken);
        await test.StoreEvaluationAsync(Evaluation(version: 1, dataset: "new", right: 5, wrong: 5));
        await test.StoreEvaluationAsync(Evaluation(version: 2, dataset: "old", right: 9, wrong: 1));
        await test.StoreEvaluationAsync(Evaluation(version: 2, dataset: "new", right: 9, wrong: 2));
        await test.StoreEvaluationAsync("""{"id":"x","model":"crnn","modelVersion":2,"dataset":"new","datasetVersion":1,"createdAt":"2026-11-20T12:00:00+00:00","status":"failed"}""");

        (await MovesAsync(test, 2)).ShouldBeFalse();
        await test.StoreEvaluationAsync(Evaluation(version: 2, dataset: "new", right: 6, wrong: 4));
        (await MovesAsync(test, 2)).ShouldBeTrue();

        (await test.Registry.GetHistoryAsync(Model, CancellationToken))[^1].Gate!.Dataset.ShouldBe("new version 1");
    }

    [Fact]
    public async Task What_each_model_has_not_seen_of_a_dataset_is_compared_only_if_that_is_the_same()
    {
        var test = await WithHolderAsync();
        var other = Description(1, 9);
        await test.RegisterAsync(other with { Lineage = other.Lineage with { Split = other.Lineage.Split! with { Seed = 2 } } });
        await test.Registry.SetGateAsync(Model, "production", new PromotionGate { Metric = GateMetric.Top1, Dataset = "new" }, expected: null, "ann", CancellationToken);
        await test.StoreEvaluationAsync(Evaluation(version: 1, dataset: "new", right: 5, wrong: 5, tracksSeen: 3));
        await test.StoreEvaluationAsync(Evaluation(version: 2, dataset: "new", right: 9, wrong: 1, tracksSeen: 3));

        (await MovesAsync(test, 2)).ShouldBeFalse();
    }

    [Fact]
    public async Task An_override_is_written_down_with_its_reason()
    {
        var test = await WithHolderAsync();
        await test.RegisterAsync(Description(6, 4));
        await test.Registry.SetGateAsync(Model, "production", new PromotionGate { Metric = GateMetric.Top1 }, expected: null, "ann", CancellationToken);

        await test.Registry.SetAliasAsync(
            Model, new AliasMove("production", 2, "ann") { OverrideReason = "the old one answers too slowly" }, CancellationToken);

        (await test.Registry.GetHistoryAsync(Model, CancellationToken))[^1].ShouldSatisfyAllConditions(
            change => change.To.ShouldBe(2),
            change => change.Gate.ShouldNotBeNull().Passed.ShouldBeFalse(),
            change => change.Gate!.OverrideReason.ShouldBe("the old one answers too slowly"),
            change => change.Gate!.Finding.ShouldContain("top1 on genres version 3 is 0.6000 for version 2 (the card) and 0.7000 for version 1 (the card)"));
    }

    [Fact]
    public async Task A_gate_is_not_asked_by_a_rollback_nor_for_another_alias_nor_for_an_alias_that_is_new()
    {
        var test = await WithHolderAsync();
        await test.RegisterAsync(Description(8, 2));
        await test.RegisterAsync(Description(6, 4));
        foreach (var alias in (string[])["production", "stable"])
        {
            await test.Registry.SetGateAsync(Model, alias, new PromotionGate { Metric = GateMetric.Top1 }, expected: null, "ann", CancellationToken);
        }

        await test.Registry.SetAliasAsync(Model, "stable", 3, expected: null, "ann", why: null, CancellationToken);
        await test.Registry.SetAliasAsync(Model, "candidate", 1, expected: null, "ann", why: null, CancellationToken);
        await test.Registry.SetAliasAsync(Model, "production", 2, expected: null, "ann", why: null, CancellationToken);
        (await test.Registry.RollBackAsync(Model, "production", expected: null, "ann", why: null, CancellationToken)).Versions["production"].ShouldBe(1);
    }

    [Fact]
    public async Task A_gate_changes_only_on_what_was_read_and_can_be_taken_away()
    {
        var test = await WithHolderAsync();
        var first = await test.Registry.SetGateAsync(Model, "production", new PromotionGate { Metric = GateMetric.Top1 }, expected: null, "ann", CancellationToken);
        await test.Registry.SetGateAsync(Model, "stable", new PromotionGate { Metric = GateMetric.Top3 }, first.ETag, "ann", CancellationToken);

        await Should.ThrowAsync<BlobChangedException>(() => test.Registry.SetGateAsync(Model, "production", gate: null, first.ETag, "ann", CancellationToken));
        await test.Registry.SetGateAsync(Model, "production", gate: null, expected: null, "ann", CancellationToken);

        (await test.Registry.GetGatesAsync(Model, CancellationToken)).Gates.ShouldHaveSingleItem().Value.Metric.ShouldBe(GateMetric.Top3);
        await Should.ThrowAsync<ModelNotFoundException>(
            () => test.Registry.SetGateAsync("metal", "production", new PromotionGate { Metric = GateMetric.Top1 }, expected: null, "ann", CancellationToken));
    }

    [Fact]
    public async Task Removing_an_alias_and_making_it_again_is_no_way_around_its_gate()
    {
        var test = await WithHolderAsync();
        await test.RegisterAsync(Description(8, 2));
        await test.RegisterAsync(Description(6, 4));
        await test.Registry.SetGateAsync(Model, "production", new PromotionGate { Metric = GateMetric.Top1 }, expected: null, "ann", CancellationToken);
        await test.Registry.RemoveAliasAsync(Model, "production", expected: null, "ann", why: null, CancellationToken);

        var refused = await Should.ThrowAsync<GateRefusedException>(
            () => test.Registry.SetAliasAsync(Model, "production", 3, expected: null, "ann", why: null, CancellationToken));
        await test.Registry.SetAliasAsync(Model, "production", 2, expected: null, "ann", why: null, CancellationToken);
        await test.Registry.RemoveAliasAsync(Model, "production", expected: null, "ann", why: null, CancellationToken);
        await test.Registry.SetAliasAsync(Model, "production", 2, expected: null, "ann", why: null, CancellationToken);
        await test.Registry.RemoveAliasAsync(Model, "production", expected: null, "ann", why: null, CancellationToken);
        await test.Registry.DeleteVersionAsync(Model, 2, expected: null, "ann", why: null, CancellationToken);
        await test.Registry.SetAliasAsync(Model, "production", 1, expected: null, "ann", why: null, CancellationToken);

        refused.Verdict.Holder.ShouldBe(0.7);
        var moves = (await test.Registry.GetHistoryAsync(Model, CancellationToken)).Where(change => change is { Alias: "production", To: not null }).ToArray();
        moves.Select(move => (move.To, move.Gate?.Passed)).ShouldBe([(1, null), (2, true), (2, null), (1, null)]);
    }

    [Fact]
    public async Task Who_changed_a_gate_stands_in_the_history_with_what_it_was_and_is()
    {
        var test = await WithHolderAsync();
        var (first, second) = (new PromotionGate { Metric = GateMetric.Top1 }, new PromotionGate { Metric = GateMetric.Loss, MinimumGain = 0.1, Dataset = "new" });
        foreach (var (gate, who) in ((PromotionGate?, string)[])[(first, "ann"), (first, "bob"), (second, "bob"), (null, "eve"), (null, "bob")])
        {
            await test.Registry.SetGateAsync(Model, "production", gate, expected: null, who, CancellationToken);
        }

        var changes = (await test.Registry.GetHistoryAsync(Model, CancellationToken)).Where(change => change.Kind == ModelChangeKind.GateChanged).ToArray();
        changes.Select(change => (change.Alias, change.Who, change.At, change.GateBefore, change.GateAfter)).ShouldBe(
        [
            ("production", "ann", test.Time.GetUtcNow(), null, first),
            ("production", "bob", test.Time.GetUtcNow(), first, second),
            ("production", "eve", test.Time.GetUtcNow(), second, null),
        ]);
    }

    [Fact]
    public async Task Whoever_dies_while_a_gate_is_changed_leaves_it_as_it_was_or_in_the_history()
    {
        var test = await WithHolderAsync();
        for (var request = 1; ; request++)
        {
            var gate = new PromotionGate { Metric = GateMetric.Top1, MinimumGain = request };
            var died = false;
            try
            {
                await test.DyingAt(request).SetGateAsync(Model, "production", gate, expected: null, "ann", CancellationToken);
            }
            catch (ProcessDiedException)
            {
                died = true;
            }

            await test.Registry.FinishAsync(Model, CancellationToken);

            var present = (await test.Registry.GetGatesAsync(Model, CancellationToken)).Gates.GetValueOrDefault("production");
            var told = (await test.Registry.GetHistoryAsync(Model, CancellationToken)).LastOrDefault(change => change.Kind == ModelChangeKind.GateChanged);
            told?.GateAfter.ShouldBe(present);
            (told is null).ShouldBe(present is null);
            if (!died)
            {
                present.ShouldBe(gate);
                return;
            }
        }
    }

    /// <summary>A registry whose production version is right in 7 of 10 samples.</summary>
    private async Task<RegistryUnderTest> WithHolderAsync()
    {
        var test = await RegistryUnderTest.CreateAsync(azurite, versions: 0);
        await test.RegisterAsync(Description(7, 3));
        return test;
    }

    private static async Task<bool> MovesAsync(RegistryUnderTest test, int version)
    {
        try
        {
            await test.Registry.SetAliasAsync(Model, "production", version, expected: null, "ann", why: null, CancellationToken);
            return true;
        }
        catch (GateRefusedException)
        {
            (await test.Registry.ResolveAsync(Model, "production", CancellationToken)).ShouldNotBe(version);
            return false;
        }
    }

    private static ModelDescription Description(int right, int wrong, double loss = 0.9)
    {
        var description = ModelDescriptions.Create("folk", "jazz");
        return description with { Evaluation = Report(right, wrong, loss) };
    }

    private static EvaluationReport Report(int right, int wrong, double loss) =>
        new() { Loss = loss, Top3 = 1, Top5 = 1, ConfusionMatrix = [[right, wrong], [0, 0]] };

    private static string Evaluation(int version, string dataset, int right, int wrong, int tracksSeen = 0) => JsonSerializer.Serialize(
        new
        {
            id = "e",
            model = Model,
            modelVersion = version,
            dataset,
            datasetVersion = 1,
            samples = "unseen",
            status = "completed",
            createdAt = new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero),
            result = new
            {
                report = Report(right, wrong, loss: 0.9),
                labels = new[] { "folk", "jazz" },
                samples = new { inDataset = 20, evaluated = right + wrong, unknownLabels = new { }, seen = new { tracks = tracksSeen, ofSameArtists = 0, leftOut = true } },
            },
        },
        GenreCloudJson.Options);
}
