using GenreCloud.Client;
using GenreCloud.Client.Classify;
using GenreCloud.Client.Models;
using GenreCloud.Testing;

namespace GenreCloud.Inference.Tests.Models;

/// <summary>The client package against the service.</summary>
public sealed class ClientTests(AzuriteFixture azurite)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Models_versions_and_aliases_are_read_and_moved()
    {
        var account = azurite.NewAccount();
        var registered = await TestModel.First.RegisterAsync(account, TestModel.First.Description with
        {
            UnsureThreshold = new Registry.UnsureThreshold { Probability = 0.4, Rule = "By hand.", Samples = 8, SureShare = 0.5, SureTop1 = 1 },
        });
        await TestModel.Second.RegisterAsync(account);
        await using var service = await InferenceHost.StartAsync(account);
        var client = new InferenceClient(service.Client);

        var listed = (await client.ListModelsAsync(CancellationToken)).ShouldHaveSingleItem();
        var model = await client.GetModelAsync("genres", CancellationToken);
        var version = await client.GetModelVersionAsync("genres", 1, CancellationToken);
        var moved = await client.MoveAliasAsync("genres", "production", new AliasMove { Alias = "candidate", Why = "better", IfMatch = model.ETag }, CancellationToken);
        var back = await client.RollBackAsync("genres", why: "worse", cancellationToken: CancellationToken);

        (listed.Name, listed.ETag).ShouldBe(("genres", null));
        listed.Versions.ShouldBe([1, 2]);
        model.Aliases.ShouldBe(new Dictionary<string, int> { ["production"] = 1, ["candidate"] = 2 }, ignoreOrder: true);
        version.Labels.ShouldBe(TestModel.Labels);
        (version.Model, version.Version, version.Architecture, version.Sha256, version.SizeBytes, version.CreatedAt)
            .ShouldBe(("genres", 1, "crnn", registered.Sha256, registered.SizeBytes, registered.CreatedAt));
        version.Evaluation.ShouldBeNull();
        version.UnsureThreshold.ShouldBe(new UnsureThreshold(0.4, "By hand.", 8, 0.5, 1, null));
        (await client.GetReadableModelCardAsync("genres", 1, CancellationToken)).ShouldStartWith("# genres version 1");
        moved.Aliases["production"].ShouldBe(2);
        moved.ETag.ShouldNotBe(model.ETag);
        back.Aliases["production"].ShouldBe(1);
        (await TestModel.RegistryOf(account).GetHistoryAsync("genres", CancellationToken)).TakeLast(2).Select(change => change.Why).ShouldBe(["better", "worse"]);
        var late = await Should.ThrowAsync<GenreCloudException>(() => client.MoveAliasAsync("genres", "production", new AliasMove { Version = 2, IfMatch = model.ETag }, CancellationToken));
        late.Problem.Status.ShouldBe(412);
    }

    [Fact]
    public async Task A_song_is_classified_by_the_version_that_is_asked_for()
    {
        var account = azurite.NewAccount();
        await TestModel.First.RegisterAsync(account);
        await TestModel.Second.RegisterAsync(account);
        await using var service = await InferenceHost.StartAsync(account);
        var client = new InferenceClient(service.Client);
        var song = MusicFile.At(SharedData.Require("clips/jazz_22050_mono.wav"));

        var answer = await client.ClassifyAsync(song, new ClassifyOptions { Model = "genres", Alias = "candidate", Top = 2 }, CancellationToken);
        var again = await client.ClassifyAsync(song, new ClassifyOptions { Version = 2, Top = 2 }, CancellationToken);

        (answer.Model, answer.Version, answer.Predictions.Count, answer.Unsure).ShouldBe(("genres", 2, 2, null));
        answer.Segments.ShouldHaveSingleItem().End.ShouldBe(29.99);
        again.Predictions.ShouldBe(answer.Predictions);
    }

    [Fact]
    public async Task A_problem_is_an_exception_that_says_what_is_wrong_and_what_to_do()
    {
        await using var service = await InferenceHost.StartAsync(azurite.NewAccount());
        var client = new InferenceClient(service.Client);

        var exception = await Should.ThrowAsync<GenreCloudException>(() => client.ClassifyAsync(MusicFile.Of([1, 2, 3]), cancellationToken: CancellationToken));

        exception.Problem.ShouldSatisfyAllConditions(
            problem => problem.Status.ShouldBe(404),
            problem => problem.Title.ShouldBe("No model is registered yet"),
            problem => problem.Detail.ShouldNotBeNull().ShouldContain("POST /api/runs"));
        exception.Message.ShouldBe($"{exception.Problem.Title} (404). {exception.Problem.Detail}");
        (await Should.ThrowAsync<GenreCloudException>(() => client.GetModelAsync("../genres", CancellationToken))).Problem.Status.ShouldBe(404);
    }

    [Fact]
    public async Task What_decides_which_version_answers_is_set_and_read()
    {
        var account = azurite.NewAccount();
        await TestModel.First.RegisterAsync(account);
        await TestModel.Second.RegisterAsync(account);
        await using var service = await InferenceHost.StartAsync(account);
        var client = new InferenceClient(service.Client);

        var none = await client.GetGatesAsync("genres", CancellationToken);
        var gates = await client.SetGateAsync("genres", "production", new PromotionGate(GateMetric.MacroF1, 0.01, "genres", 3), none.ETag, CancellationToken);
        var refused = await Should.ThrowAsync<GenreCloudException>(() => client.MoveAliasAsync("genres", "production", new AliasMove { Version = 2 }, CancellationToken));
        var late = await Should.ThrowAsync<GenreCloudException>(() => client.RemoveGateAsync("genres", "production", "\"0\"", CancellationToken));
        var moved = await client.MoveAliasAsync("genres", "production", new AliasMove { Version = 2, Override = "a test", Why = "to see" }, CancellationToken);
        var open = await client.RemoveGateAsync("genres", "production", gates.ETag, CancellationToken);
        var history = await client.GetHistoryAsync("genres", limit: 2, cancellationToken: CancellationToken);

        none.Gates.ShouldBeEmpty();
        gates.Gates["production"].ShouldBe(new PromotionGate(GateMetric.MacroF1, 0.01, "genres", 3));
        (refused.Problem.Status, refused.Problem.Gate.ShouldNotBeNull().Metric, refused.Problem.Gate.Passed).ShouldBe((409, GateMetric.MacroF1, false));
        (late.Problem.Status, late.Problem.Gates.ShouldNotBeNull().Count, late.Problem.ETag).ShouldBe((412, 1, gates.ETag));
        moved.Aliases["production"].ShouldBe(2);
        open.Gates.ShouldBeEmpty();
        history[0].Change.ShouldSatisfyAllConditions(
            change => (change.Kind, change.Alias, change.GateAfter).ShouldBe((ModelChangeKind.GateChanged, "production", null)),
            change => change.GateBefore.ShouldBe(gates.Gates["production"]));
        history[1].Change.ShouldSatisfyAllConditions(
            change => (change.Kind, change.Alias, change.From, change.To, change.Why).ShouldBe((ModelChangeKind.AliasMoved, "production", 1, 2, "to see")),
            change => change.Gate.ShouldNotBeNull().OverrideReason.ShouldBe("a test"));
    }

    [Fact]
    public async Task A_second_version_is_tried_downloaded_and_deleted()
    {
        var account = azurite.NewAccount();
        await TestModel.First.RegisterAsync(account);
        await TestModel.Second.RegisterAsync(account);
        await using var service = await InferenceHost.StartAsync(account);
        var client = new InferenceClient(service.Client);

        var set = await client.SetTrafficAsync("genres", "production", new TrafficRule(2, ShadowShare: 0.5), cancellationToken: CancellationToken);
        var read = await client.GetTrafficAsync("genres", "production", CancellationToken);
        var ended = await client.RemoveTrafficAsync("genres", "production", read.ETag, cancellationToken: CancellationToken);
        var file = await client.DownloadModelAsync("genres", 2, CancellationToken);
        var inUse = await Should.ThrowAsync<GenreCloudException>(() => client.DeleteModelVersionAsync("genres", 2, cancellationToken: CancellationToken));
        var without = await client.RemoveAliasAsync("genres", "candidate", "not needed", cancellationToken: CancellationToken);
        await client.DeleteModelVersionAsync("genres", 2, "never used", without.ETag, CancellationToken);

        (set.Rule, read.Rule, ended.Rule).ShouldBe((new TrafficRule(2, 0, 0.5), new TrafficRule(2, 0, 0.5), null));
        file.ShouldBe(TestModel.Second.Onnx);
        inUse.Problem.Status.ShouldBe(409);
        (await client.GetModelAsync("genres", CancellationToken)).Versions.ShouldBe([1]);
        (await Should.ThrowAsync<GenreCloudException>(() => client.DownloadModelAsync("genres", 2, CancellationToken))).Problem.Status.ShouldBe(404);
    }
}
