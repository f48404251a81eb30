using System.Security.Cryptography;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using GenreCloud.Storage;
using GenreCloud.Testing;
using Microsoft.Extensions.Time.Testing;

namespace GenreCloud.Registry.Tests;

public sealed class ModelRegistryTests : IAsyncLifetime
{
    private readonly StorageAccount _account;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly ModelRegistry _registry;
    private readonly BlobContainerClient _container;

    public ModelRegistryTests(AzuriteFixture azurite)
    {
        _account = azurite.NewAccount();
        _registry = new ModelRegistry(_account.Blobs, _time);
        _container = _account.Blobs.GetBlobContainerClient("registry");
    }

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _container.CreateAsync(cancellationToken: CancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task The_layout_is_that_of_a_triton_repository()
    {
        await RegisterAsync("crnn", 1);
        await RegisterAsync("crnn", 2);

        (await BlobNamesAsync()).ShouldBe(
        [
            "crnn/1/model.json",
            "crnn/1/model.onnx",
            "crnn/1/staged.json",
            "crnn/2/model.json",
            "crnn/2/model.onnx",
            "crnn/2/staged.json",
            "crnn/aliases.json",
            "crnn/config.pbtxt",
            "crnn/history.jsonl",
        ]);
        (await TextAsync("crnn/aliases.json")).ShouldBe("""{"candidate":2,"production":1}""");
        (await TextAsync("crnn/config.pbtxt")).ShouldBe(
            """
            name: "crnn"
            platform: "onnxruntime_onnx"
            max_batch_size: 64
            input [
              {
                name: "spectrogram"
                data_type: TYPE_UINT8
                dims: [ 128, 1292 ]
              }
            ]
            output [
              {
                name: "logits"
                data_type: TYPE_FP32
                dims: [ 3 ]
              }
            ]
            output [
              {
                name: "probabilities"
                data_type: TYPE_FP32
                dims: [ 3 ]
              }
            ]
            dynamic_batching { }
            version_policy: { latest { num_versions: 2 } }

            """);
    }

    [Fact]
    public async Task A_card_comes_back_as_it_was_registered()
    {
        var description = ModelDescriptions.Create("folk", "r&b", "techno");
        var onnx = ModelDescriptions.Onnx(1);
        var weights = ModelDescriptions.Onnx(2);

        var registered = await _registry.RegisterAsync("crnn", new ModelFiles(onnx, weights), description, "test", CancellationToken);

        registered.ShouldSatisfyAllConditions(
            card => card.Model.ShouldBe("crnn"),
            card => card.Version.ShouldBe(1),
            card => card.Sha256.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(onnx))),
            card => card.SizeBytes.ShouldBe(1000),
            card => card.Weights.ShouldBe(new ModelWeights(Convert.ToHexStringLower(SHA256.HashData(weights)), 1000)),
            card => card.CreatedAt.ShouldBe(_time.GetUtcNow()));
        var read = await _registry.GetCardAsync("crnn", 1, CancellationToken);
        Json(read).ShouldBe(Json(registered));
        read.Labels.ShouldBe(description.Labels);
        read.Metrics.Epochs.ShouldBe(description.Metrics.Epochs);
        read.Golden.Png.ShouldBe(description.Golden.Png);
        read.Golden.Logits.ShouldBe(description.Golden.Logits);
        read.FrontEnd.ShouldBe(MelFrontEnd.Standard);
        read.Signature.Inputs[0].Type.ShouldBe(TensorType.UInt8);
        (await TextAsync("crnn/1/model.json")).ShouldStartWith("""{"schemaVersion":2,"model":"crnn","version":1,""");
        (await _registry.DownloadModelAsync(read, CancellationToken)).ShouldBe(onnx);
        (await _registry.DownloadWeightsAsync(read, CancellationToken)).ShouldBe(weights);
    }

    [Fact]
    public async Task Weights_lie_beside_the_model_where_triton_takes_no_notice_of_them()
    {
        await _registry.RegisterAsync(
            "crnn", new ModelFiles(ModelDescriptions.Onnx(1), ModelDescriptions.Onnx(2)), ModelDescriptions.Create("a", "b"), "test", CancellationToken);

        (await BlobNamesAsync()).Where(name => name.StartsWith("crnn/1/", StringComparison.Ordinal))
            .ShouldBe(["crnn/1/model.json", "crnn/1/model.onnx", "crnn/1/staged.json", "crnn/1/weights.safetensors"]);
    }

    [Fact]
    public async Task A_version_without_weights_stays_valid_and_says_that_no_training_can_start_from_it()
    {
        var card = await _registry.GetCardAsync("crnn", (await RegisterAsync("crnn", 1)).Version, CancellationToken);

        card.Weights.ShouldBeNull();
        (await Should.ThrowAsync<UnusableModelException>(() => _registry.DownloadWeightsAsync(card, CancellationToken)))
            .Message.ShouldContain("version 1 was registered without its weights");
    }

    [Theory]
    [InlineData(1000, "SHA-256")]
    [InlineData(1001, "1001 bytes, the card says 1000")]
    public async Task Weights_that_were_changed_are_named(int bytes, string hint)
    {
        var card = await _registry.RegisterAsync(
            "crnn", new ModelFiles(ModelDescriptions.Onnx(1), ModelDescriptions.Onnx(2)), ModelDescriptions.Create("a", "b"), "test", CancellationToken);
        await _container.GetBlobClient("crnn/1/weights.safetensors").UploadAsync(new BinaryData(new byte[bytes]), overwrite: true, CancellationToken);

        (await Should.ThrowAsync<UnusableModelException>(() => _registry.DownloadWeightsAsync(card, CancellationToken))).Message.ShouldContain(hint);
    }

    [Fact]
    public async Task Registrars_at_once_get_versions_of_their_own_and_one_of_them_production()
    {
        var cards = await Task.WhenAll(Enumerable.Range(1, 6).Select(seed => RegisterAsync("crnn", seed)));

        cards.Select(card => card.Version).Order().ShouldBe(Enumerable.Range(1, 6));
        for (var index = 0; index < cards.Length; index++)
        {
            var card = await _registry.GetCardAsync("crnn", cards[index].Version, CancellationToken);
            (await _registry.DownloadModelAsync(card, CancellationToken)).ShouldBe(ModelDescriptions.Onnx(index + 1));
        }

        var aliases = (await _registry.GetAliasesAsync("crnn", CancellationToken)).Versions;
        var newestOfTheOthers = Enumerable.Range(1, 6).Except([aliases["production"]]).Max();
        aliases["candidate"].ShouldBe(newestOfTheOthers);
        (await _registry.GetHistoryAsync("crnn", CancellationToken)).Count(change => change.Alias == "production").ShouldBe(1);
    }

    [Theory]
    [InlineData("/weights.safetensors")]
    [InlineData("/config.pbtxt")]
    [InlineData("/model.json")]
    public async Task A_registrar_that_dies_halfway_leaves_nothing_visible_and_the_next_one_succeeds(string diesBefore)
    {
        var dying = new ModelRegistry(new CutNetwork(diesBefore).BlobsOf(_account), _time);
        await Should.ThrowAsync<RequestFailedException>(
            () => dying.RegisterAsync(
                "crnn", new ModelFiles(ModelDescriptions.Onnx(1), ModelDescriptions.Onnx(2)), ModelDescriptions.Create("a", "b"), "test", CancellationToken));

        (await BlobNamesAsync()).ShouldContain("crnn/1/model.onnx");
        (await _registry.ListModelsAsync(CancellationToken)).ShouldBeEmpty();
        await Should.ThrowAsync<ModelNotFoundException>(() => _registry.GetCardAsync("crnn", 1, CancellationToken));
        await Should.ThrowAsync<ModelNotFoundException>(
            () => _registry.SetAliasAsync("crnn", "production", 1, expected: null, "test", "half-made", CancellationToken));

        var next = await RegisterAsync("crnn", 2);

        next.Version.ShouldBe(2);
        (await _registry.ResolveAsync("crnn", ModelAlias.Production, CancellationToken)).ShouldBe(2);
        (await _registry.GetModelAsync("crnn", CancellationToken)).Versions.ShouldBe([2]);
    }

    [Fact]
    public async Task A_version_whose_registrar_died_before_its_alias_gets_it_when_it_is_published_again()
    {
        await RegisterAsync("crnn", 1);
        var dying = new ModelRegistry(new CutNetwork("/aliases.json").BlobsOf(_account), _time);
        await Should.ThrowAsync<RequestFailedException>(
            () => dying.RegisterAsync("crnn", new ModelFiles(ModelDescriptions.Onnx(2)), ModelDescriptions.Create("folk", "jazz", "techno"), "test", CancellationToken));
        var card = (await _registry.FindCardAsync("crnn", 2, CancellationToken)).ShouldNotBeNull();
        (await _registry.GetAliasesAsync("crnn", CancellationToken)).Versions.ContainsKey(ModelAlias.Candidate).ShouldBeFalse();

        await _registry.PublishAsync(card, "test", CancellationToken);

        (await _registry.ResolveAsync("crnn", ModelAlias.Candidate, CancellationToken)).ShouldBe(2);
        (await _registry.GetModelAsync("crnn", CancellationToken)).Versions.ShouldBe([1, 2]);
    }

    [Fact]
    public async Task A_version_that_has_an_alias_keeps_just_that_when_it_is_published_again()
    {
        var card = await RegisterAsync("crnn", 1);

        await _registry.PublishAsync(card, "test", CancellationToken);

        (await TextAsync("crnn/aliases.json")).ShouldBe("""{"production":1}""");
        (await _registry.GetHistoryAsync("crnn", CancellationToken)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_staged_version_is_not_seen_before_it_is_published()
    {
        var card = await _registry.StageAsync("crnn", new ModelFiles(ModelDescriptions.Onnx(1)), ModelDescriptions.Create("a", "b"), CancellationToken);

        card.Version.ShouldBe(1);
        (await _registry.FindCardAsync("crnn", 1, CancellationToken)).ShouldBeNull();
        (await _registry.ListModelsAsync(CancellationToken)).ShouldBeEmpty();

        await _registry.PublishAsync(card, "test", CancellationToken);

        Json(await _registry.GetCardAsync("crnn", 1, CancellationToken)).ShouldBe(Json(card));
    }

    [Fact]
    public async Task Whoever_finds_a_staged_version_can_publish_it_and_both_who_do_publish_one()
    {
        var card = await _registry.StageAsync("crnn", new ModelFiles(ModelDescriptions.Onnx(1)), ModelDescriptions.Create("a", "b"), CancellationToken);

        var found = (await _registry.FindStagedAsync("crnn", 1, CancellationToken)).ShouldNotBeNull();
        await _registry.PublishAsync(found, "second", CancellationToken);
        await _registry.PublishAsync(card, "first", CancellationToken);

        Json(found).ShouldBe(Json(card));
        (await _registry.GetModelAsync("crnn", CancellationToken)).Versions.ShouldBe([1]);
        (await _registry.GetHistoryAsync("crnn", CancellationToken)).ShouldHaveSingleItem().Who.ShouldBe("second");
        (await _registry.FindStagedAsync("crnn", 2, CancellationToken)).ShouldBeNull();
    }

    [Fact]
    public async Task A_number_is_never_given_twice_even_when_it_was_not_seen()
    {
        await RegisterAsync("crnn", 1);
        await _container.GetBlobClient("crnn/7/model.onnx").UploadAsync(BinaryData.FromString("orphan"), CancellationToken);

        (await RegisterAsync("crnn", 2)).Version.ShouldBe(8);
        (await TextAsync("crnn/7/model.onnx")).ShouldBe("orphan");
    }

    [Fact]
    public async Task Versions_are_listed_as_numbers_and_models_by_name()
    {
        for (var seed = 1; seed <= 11; seed++)
        {
            await RegisterAsync("crnn", seed);
        }

        await RegisterAsync("cheap", 1);
        await RegisterAsync("crnn-tabular", 1);

        var models = await _registry.ListModelsAsync(CancellationToken);

        models.Select(model => model.Name).ShouldBe(["cheap", "crnn", "crnn-tabular"]);
        models[1].Versions.ShouldBe(Enumerable.Range(1, 11));
        models[1].Aliases["candidate"].ShouldBe(11);
        (await _registry.GetModelAsync("crnn", CancellationToken)).Versions.ShouldBe(Enumerable.Range(1, 11));
    }

    [Fact]
    public async Task An_altered_model_is_refused()
    {
        var card = await RegisterAsync("crnn", 1);
        var onnx = ModelDescriptions.Onnx(1);
        onnx[500] ^= 1;
        await _container.GetBlobClient("crnn/1/model.onnx").UploadAsync(BinaryData.FromBytes(onnx), overwrite: true, CancellationToken);

        var exception = await Should.ThrowAsync<UnusableModelException>(() => _registry.DownloadModelAsync(card, CancellationToken));

        exception.Message.ShouldContain("crnn/1/model.onnx");
        exception.Message.ShouldContain(card.Sha256);
    }

    [Fact]
    public async Task A_missing_model_file_is_named()
    {
        var card = await RegisterAsync("crnn", 1);
        await _container.GetBlobClient("crnn/1/model.onnx").DeleteAsync(cancellationToken: CancellationToken);

        (await Should.ThrowAsync<UnusableModelException>(() => _registry.DownloadModelAsync(card, CancellationToken)))
            .Message.ShouldContain("missing");
    }

    [Fact]
    public async Task A_card_of_a_newer_schema_is_refused()
    {
        await RegisterAsync("crnn", 1);
        var newer = (await TextAsync("crnn/1/model.json")).Replace("\"schemaVersion\":2", "\"schemaVersion\":3", StringComparison.Ordinal);
        await StoreAsync("crnn/1/model.json", newer);

        (await Should.ThrowAsync<UnusableModelException>(() => _registry.GetCardAsync("crnn", 1, CancellationToken)))
            .Message.ShouldContain("schema version 3");
    }

    [Fact]
    public async Task A_card_of_the_first_schema_is_read_with_its_measurements()
    {
        await StoreAsync(
            "crnn/1/model.json",
            """
            {"schemaVersion":1,"model":"crnn","version":1,"sha256":"00","sizeBytes":1000,"createdAt":"2026-11-20T12:00:00+00:00",
             "architecture":"crnn","labels":["folk","jazz"],
             "signature":{"inputs":[{"name":"spectrogram","type":"uint8","shape":[-1,128,1292]}],
                          "outputs":[{"name":"logits","type":"float32","shape":[-1,2]},{"name":"probabilities","type":"float32","shape":[-1,2]}]},
             "metrics":{"epochs":[],"validationLoss":0.9,"top1":0.75,"top5":1,"majorityBaseline":0.5,"validationSamples":8,
                        "parity":{"maxAbsoluteDifference":1E-07,"samples":8,"tolerance":0.0001}},
             "confusionMatrix":[[4,0],[2,2]],
             "lineage":{"dataset":{"name":"genres","version":"1","manifestSha256":"00"},"runId":"run-1","seed":1},
             "frontEnd":{},
             "golden":{"png":"iVBORw==","logits":[0,1],"probabilities":[0.25,0.75],"tolerance":0.0001}}
            """);

        var card = await _registry.GetCardAsync("crnn", 1, CancellationToken);

        card.Evaluation.ShouldNotBeNull().ShouldSatisfyAllConditions(
            evaluation => evaluation.Samples.ShouldBe(8),
            evaluation => evaluation.Loss.ShouldBe(0.9),
            evaluation => evaluation.Top1.ShouldBe(0.75),
            evaluation => evaluation.Top3.ShouldBeNull(),
            evaluation => evaluation.Top5.ShouldBe(1),
            evaluation => evaluation.MajorityBaseline.ShouldBe(0.5),
            evaluation => evaluation.Classes[0].Precision.ShouldBe(4.0 / 6),
            evaluation => evaluation.Calibration.ShouldBeNull());
        card.SchemaVersion.ShouldBe(2);
        card.Metrics.Parity.Samples.ShouldBe(8);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"schemaVersion":"1"}""")]
    [InlineData("""{"schemaVersion":1}""")]
    [InlineData("""{"schemaVersion":2,"schemaVersion":2}""")]
    [InlineData("""{"schemaVersion":1,"metrics":[],"confusionMatrix":7}""")]
    public async Task What_is_not_a_card_is_named(string json)
    {
        await StoreAsync("crnn/1/model.json", json);

        (await Should.ThrowAsync<InvalidDocumentException>(() => _registry.GetCardAsync("crnn", 1, CancellationToken))).BlobName.ShouldBe("crnn/1/model.json");
    }

    [Fact]
    public async Task An_alias_stands_for_its_version()
    {
        await RegisterAsync("crnn", 1);
        await RegisterAsync("crnn", 2);

        (await _registry.ResolveAsync("crnn", ModelAlias.Production, CancellationToken)).ShouldBe(1);
        (await _registry.ResolveAsync("crnn", ModelAlias.Candidate, CancellationToken)).ShouldBe(2);
    }

    [Fact]
    public async Task What_is_not_there_is_answered_with_what_is()
    {
        (await Should.ThrowAsync<ModelNotFoundException>(() => _registry.GetModelAsync("crnn", CancellationToken)))
            .Message.ShouldBe("There is no model 'crnn'. No model is registered yet.");
        await RegisterAsync("crnn", 1);

        (await Should.ThrowAsync<ModelNotFoundException>(() => _registry.GetModelAsync("../crnn", CancellationToken)))
            .Message.ShouldBe("There is no model '../crnn'. There are: crnn.");
        (await Should.ThrowAsync<ModelNotFoundException>(() => _registry.GetCardAsync("crnn", 9, CancellationToken)))
            .Message.ShouldBe("Model 'crnn' has no version 9. It has: 1.");
        (await Should.ThrowAsync<ModelNotFoundException>(() => _registry.ResolveAsync("crnn", "shadow", CancellationToken)))
            .Message.ShouldBe("Model 'crnn' has no alias 'shadow'. It has the versions 1 and the aliases production.");
    }

    [Fact]
    public async Task Of_two_that_move_an_alias_on_the_same_reading_one_is_refused()
    {
        await RegisterAsync("crnn", 1);
        await RegisterAsync("crnn", 2);
        await RegisterAsync("crnn", 3);
        var read = await _registry.GetAliasesAsync("crnn", CancellationToken);

        var moved = await _registry.SetAliasAsync("crnn", "production", 2, read.ETag, "ann", "better", CancellationToken);
        var refused = await Should.ThrowAsync<AliasesChangedException>(
            () => _registry.SetAliasAsync("crnn", "production", 3, read.ETag, "bob", "newer", CancellationToken));

        refused.Present.ETag.ShouldBe(moved.ETag);
        refused.Message.ShouldBe("The aliases were changed since they were read. Model 'crnn' has now candidate = 3, production = 2.");

        (await _registry.GetAliasesAsync("crnn", CancellationToken)).ShouldSatisfyAllConditions(
            aliases => aliases.Versions["production"].ShouldBe(2),
            aliases => aliases.ETag.ShouldBe(moved.ETag));
        (await _registry.GetHistoryAsync("crnn", CancellationToken)).ShouldNotContain(change => change.Who == "bob");
    }

    [Fact]
    public async Task The_history_tells_every_move_in_order()
    {
        await RegisterAsync("crnn", 1);
        _time.Advance(TimeSpan.FromMinutes(1));
        await RegisterAsync("crnn", 2);
        _time.Advance(TimeSpan.FromMinutes(1));
        await _registry.SetAliasAsync("crnn", "production", 2, expected: null, "ann", "better on jazz", CancellationToken);
        await _registry.SetAliasAsync("crnn", "production", 2, expected: null, "ann", "again", CancellationToken);
        _time.Advance(TimeSpan.FromMinutes(1));
        await _registry.SetAliasAsync("crnn", "production", 1, expected: null, "bob", why: null, CancellationToken);

        var start = new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
        var history = await _registry.GetHistoryAsync("crnn", CancellationToken);
        history.Select(WithoutId).ShouldBe(
        [
            Move(start, "production", null, 1, "test", "registered"),
            Move(start.AddMinutes(1), "candidate", null, 2, "test", "registered"),
            Move(start.AddMinutes(2), "production", 1, 2, "ann", "better on jazz"),
            Move(start.AddMinutes(3), "production", 2, 1, "bob", null),
        ]);
        history.Select(change => change.Id).ShouldBeUnique();
    }

    [Fact]
    public async Task An_alias_is_rolled_back_to_what_it_was_before_its_last_move_and_forth_again()
    {
        await RegisterAsync("crnn", 1);
        await RegisterAsync("crnn", 2);
        await RegisterAsync("crnn", 3);
        await _registry.SetAliasAsync("crnn", "production", 2, expected: null, "ann", why: null, CancellationToken);
        await _registry.SetAliasAsync("crnn", "production", 3, expected: null, "ann", why: null, CancellationToken);

        (await _registry.RollBackAsync("crnn", "production", expected: null, "bob", "worse on jazz", CancellationToken)).Versions["production"].ShouldBe(2);
        (await _registry.RollBackAsync("crnn", "production", expected: null, "ann", why: null, CancellationToken)).Versions["production"].ShouldBe(3);

        var history = await _registry.GetHistoryAsync("crnn", CancellationToken);
        WithoutId(history[^2]).ShouldBe(Move(_time.GetUtcNow(), "production", 3, 2, "bob", "worse on jazz"));
        WithoutId(history[^1]).ShouldBe(Move(_time.GetUtcNow(), "production", 2, 3, "ann", null));
    }

    [Fact]
    public async Task A_move_that_its_mover_did_not_live_to_write_down_is_rolled_back_all_the_same()
    {
        await RegisterAsync("crnn", 1);
        await RegisterAsync("crnn", 2);
        await _container.GetBlobClient("crnn/aliases.json").UploadAsync(
            BinaryData.FromString("""{"candidate":2,"production":2}"""), overwrite: true, CancellationToken);

        (await _registry.RollBackAsync("crnn", "production", expected: null, "bob", why: null, CancellationToken)).Versions["production"].ShouldBe(1);
    }

    [Fact]
    public async Task An_alias_that_never_moved_cannot_be_rolled_back()
    {
        await RegisterAsync("crnn", 1);

        (await Should.ThrowAsync<NoEarlierVersionException>(() => _registry.RollBackAsync("crnn", "production", expected: null, "bob", why: null, CancellationToken)))
            .Message.ShouldBe("Alias 'production' of model 'crnn' has never stood for another version than 1.");
        await Should.ThrowAsync<ModelNotFoundException>(() => _registry.RollBackAsync("crnn", "candidate", expected: null, "bob", why: null, CancellationToken));
        await Should.ThrowAsync<ModelNotFoundException>(() => _registry.RollBackAsync("metal", "production", expected: null, "bob", why: null, CancellationToken));
    }

    [Fact]
    public async Task Of_two_who_roll_back_what_they_saw_the_second_is_told()
    {
        await RegisterAsync("crnn", 1);
        await RegisterAsync("crnn", 2);
        var seen = await _registry.SetAliasAsync("crnn", "production", 2, expected: null, "ann", why: null, CancellationToken);

        (await _registry.RollBackAsync("crnn", "production", seen.ETag, "ann", why: null, CancellationToken)).Versions["production"].ShouldBe(1);
        var late = await Should.ThrowAsync<AliasesChangedException>(() => _registry.RollBackAsync("crnn", "production", seen.ETag, "bob", why: null, CancellationToken));

        late.Present.Versions["production"].ShouldBe(1);
        (await _registry.ResolveAsync("crnn", "production", CancellationToken)).ShouldBe(1);
    }

    [Fact]
    public async Task Rollbacks_at_once_each_undo_the_move_before_them()
    {
        await RegisterAsync("crnn", 1);
        await RegisterAsync("crnn", 2);
        await _registry.SetAliasAsync("crnn", "production", 2, expected: null, "ann", why: null, CancellationToken);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _registry.RollBackAsync("crnn", "production", expected: null, "bob", why: null, CancellationToken)));

        var moves = (await _registry.GetHistoryAsync("crnn", CancellationToken)).Where(change => change.Who == "bob").ToList();
        moves.ShouldAllBe(change => change.From != change.To);
        (await _registry.ResolveAsync("crnn", "production", CancellationToken)).ShouldBeOneOf(1, 2);
    }

    [Fact]
    public async Task An_alias_of_an_unknown_version_is_refused()
    {
        await RegisterAsync("crnn", 1);

        await Should.ThrowAsync<ModelNotFoundException>(
            () => _registry.SetAliasAsync("crnn", "production", 2, expected: null, "ann", "typo", CancellationToken));

        (await _registry.GetAliasesAsync("crnn", CancellationToken)).Versions["production"].ShouldBe(1);
    }

    [Fact]
    public async Task The_triton_configuration_follows_a_changed_signature_and_is_otherwise_left_alone()
    {
        await RegisterAsync("crnn", 1);
        var first = (await _container.GetBlobClient("crnn/config.pbtxt").GetPropertiesAsync(cancellationToken: CancellationToken)).Value.ETag;
        await RegisterAsync("crnn", 2);
        (await _container.GetBlobClient("crnn/config.pbtxt").GetPropertiesAsync(cancellationToken: CancellationToken)).Value.ETag.ShouldBe(first);

        await _registry.RegisterAsync("crnn", new ModelFiles(ModelDescriptions.Onnx(3)), ModelDescriptions.Create("a", "b", "c", "d"), "test", CancellationToken);

        (await TextAsync("crnn/config.pbtxt")).ShouldContain("dims: [ 4 ]");
    }

    [Theory]
    [InlineData("")]
    [InlineData("Crnn")]
    [InlineData("1st")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("a b")]
    [InlineData("a\n")]
    [InlineData("a234567890123456789012345678901234567890123456789012345678901234")]
    public async Task A_name_that_is_no_safe_folder_is_refused(string name)
    {
        ModelName.IsValid(name).ShouldBeFalse();
        await Should.ThrowAsync<ArgumentException>(() => RegisterAsync(name, 1));
        (await BlobNamesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_description_that_contradicts_itself_is_refused_before_anything_is_stored()
    {
        var good = ModelDescriptions.Create("a", "b");
        ModelDescription[] bad =
        [
            good with { Labels = ["a"] },
            good with { Labels = ["a", "a"] },
            good with { Labels = ["a", "b", "c"] },
            good with { Signature = ModelSignature.ForSpectrograms(3) },
            good with { Signature = good.Signature with { Inputs = [] } },
            good with { Golden = good.Golden with { Logits = [1] } },
            good with { Evaluation = good.Evaluation! with { ConfusionMatrix = [[1, 2]] } },
            good with { Evaluation = good.Evaluation! with { ConfusionMatrix = [[0, 0], [0, 0]] } },
            good with { Lineage = good.Lineage with { Split = good.Lineage.Split! with { TrainingSamples = [1] } } },
        ];

        foreach (var description in bad)
        {
            await Should.ThrowAsync<ArgumentException>(
                () => _registry.RegisterAsync("crnn", new ModelFiles(ModelDescriptions.Onnx(1)), description, "test", CancellationToken));
        }

        (await BlobNamesAsync()).ShouldBeEmpty();
    }

    private static ModelChange Move(DateTimeOffset at, string alias, int? from, int to, string who, string? why) =>
        new() { At = at, Alias = alias, From = from, To = to, Who = who, Why = why };

    private static ModelChange WithoutId(ModelChange change) => change with { Id = null };

    private static string Json(ModelCard card) => JsonSerializer.Serialize(card, GenreCloudJson.Options);

    private Task<ModelCard> RegisterAsync(string model, int seed) =>
        _registry.RegisterAsync(model, new ModelFiles(ModelDescriptions.Onnx(seed)), ModelDescriptions.Create("folk", "jazz", "techno"), "test", CancellationToken);

    private async Task StoreAsync(string blob, string text) =>
        await _container.GetBlobClient(blob).UploadAsync(BinaryData.FromString(text), overwrite: true, CancellationToken);

    private async Task<string> TextAsync(string blob) =>
        (await _container.GetBlobClient(blob).DownloadContentAsync(CancellationToken)).Value.Content.ToString();

    private async Task<List<string>> BlobNamesAsync()
    {
        var names = new List<string>();
        await foreach (var blob in _container.GetBlobsAsync(cancellationToken: CancellationToken))
        {
            names.Add(blob.Name);
        }

        return names;
    }
}
