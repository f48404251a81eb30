using System.Net.Http.Json;
using System.Text.Json;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;
using GenreCloud.Datasets.Tabular;
using GenreCloud.Modeling;
using GenreCloud.Registry;
using GenreCloud.Storage;
using GenreCloud.Testing;
using GenreCloud.Training.Evaluations;
using GenreCloud.Training.ModelEvaluations;
using GenreCloud.Training.Tests.Evaluations;
using static TorchSharp.torch;

namespace GenreCloud.Training.Tests.ModelEvaluations;

public sealed class ModelEvaluationTests(AzuriteFixture azurite)
{
    private static readonly string[] Genres = ["classical", "techno"];

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_trained_model_is_asked_what_it_did_not_learn_from_and_answers_as_its_card_says()
    {
        var account = azurite.NewAccount();
        var manifest = await SmallDataset.WriteAsync(account, Genres);
        var run = await new RunExecution(account.Blobs).ExecuteAsync(await RunExecution.AcceptAsync(account, manifest, epochs: 1));
        var card = await new ModelRegistry(account.Blobs, TimeProvider.System).GetCardAsync(SmallDataset.Name, 1, CancellationToken);
        var ofCard = card.Evaluation.ShouldNotBeNull();
        await using var service = await TrainingProcess.StartAsync(account, arguments: "api");

        var unseen = await service.EvaluateAsync(new { model = SmallDataset.Name, dataset = SmallDataset.Name });
        var all = await service.EvaluateAsync(new { model = SmallDataset.Name, version = 1, dataset = SmallDataset.Name, datasetVersion = 1, samples = "all" });

        unseen.Status.ShouldBe(EvaluationStatus.Completed, $"{unseen.Error}");
        (unseen.Model, unseen.ModelVersion, unseen.Dataset, unseen.DatasetVersion).ShouldBe((SmallDataset.Name, 1, SmallDataset.Name, 1));
        unseen.Progress.ShouldBe(new EvaluationProgress(ofCard.Samples, ofCard.Samples));
        var result = unseen.Result.ShouldNotBeNull();
        result.Labels.ShouldBe(Genres);
        result.Report.ConfusionMatrix.ShouldBe(ofCard.ConfusionMatrix);
        result.Report.Loss.ShouldBe(ofCard.Loss, 1e-4);
        result.Report.Top1Interval.ShouldBe(ofCard.Top1Interval);
        result.Report.WorstSamples.Select(sample => sample.Id).ShouldBe(ofCard.WorstSamples.Select(sample => sample.Id), ignoreOrder: true);
        result.Report.MajorityBaseline.ShouldBe(result.Report.Classes.Max(scores => scores.Samples) / (double)ofCard.Samples);
        result.Samples.ShouldSatisfyAllConditions(
            samples => samples.InDataset.ShouldBe(manifest.Samples),
            samples => samples.Evaluated.ShouldBe(ofCard.Samples),
            samples => samples.UnknownLabels.ShouldBeEmpty(),
            samples => samples.Seen.ShouldBe(new SeenSamples { Tracks = run.Result!.TrainingSamples, OfSameArtists = 0, LeftOut = true }));
        all.Result.ShouldNotBeNull().Report.Samples.ShouldBe(manifest.Samples);
        all.Result.Samples.Seen.ShouldBe(new SeenSamples { Tracks = run.Result!.TrainingSamples, OfSameArtists = 0, LeftOut = false });
        await ListedAsync(service, "", all.Id, unseen.Id);
        await ListedAsync(service, $"?model={SmallDataset.Name}&version=1&dataset={SmallDataset.Name}", all.Id, unseen.Id);
        await ListedAsync(service, $"?model={SmallDataset.Name}&version=2");
        await ListedAsync(service, "?model=other");
        service.Service.Output.ShouldNotContain("does run");
    }

    [Fact]
    public async Task A_model_of_unknown_origin_is_asked_everything_that_it_has_a_label_for_and_measured_at_its_own_temperature()
    {
        var account = azurite.NewAccount();
        var manifest = await SmallDataset.WriteAsync(account, "classical", "jazz", "techno");
        var given = Evaluation.Of(Answers.Drawn(50, classes: 2, temperature: 2, groups: 5, seed: 1), Genres, 0, seed: 1, temperature: 2);
        using var network = UntrainedModel.Crnn(Genres.Length);
        await UntrainedModel.RegisterAsync(account, network, Genres, evaluation: given);
        await using var service = await TrainingProcess.StartAsync(account, arguments: "api");

        var evaluation = await service.EvaluateAsync(new { model = UntrainedModel.Name, dataset = SmallDataset.Name });

        var result = evaluation.Result.ShouldNotBeNull($"{evaluation.Error}");
        result.Samples.InDataset.ShouldBe(manifest.Samples);
        result.Samples.Evaluated.ShouldBe(2 * SmallDataset.ClipsPerGenre);
        result.Samples.UnknownLabels.ShouldBe(new Dictionary<string, int> { ["jazz"] = SmallDataset.ClipsPerGenre });
        result.Samples.Seen.ShouldBe(new SeenSamples { UnknownReason = "The model was not trained here: it was made from a test.", LeftOut = false });
        result.Report.Calibration.ShouldNotBeNull().ShouldSatisfyAllConditions(
            calibration => calibration.Temperature.ShouldBe(2),
            calibration => calibration.Before.Loss.ShouldBe(result.Report.Loss, 1e-9),
            calibration => calibration.After.ShouldNotBeNull().Loss.ShouldNotBe(calibration.Before.Loss));
    }

    [Fact]
    public async Task A_model_with_tabular_inputs_gets_those_that_are_there_and_none_for_the_others()
    {
        var account = azurite.NewAccount();
        var manifest = await SmallDataset.WriteAsync(
            account,
            SmallDataset.ClipsPerGenre,
            index => TabularFeatures.Columns.Where((_, column) => index % 2 == 0 || column != 5).ToDictionary(name => name, name => (float)(name.Length + index)),
            Genres);
        using var network = Architecture.Named("crnn-tabular").Create(
            new NetworkInputs(Genres.Length, new TabularNormalization(Sixteen(3), Sixteen(2), Sixteen(4))), seed: 1);
        await UntrainedModel.RegisterAsync(account, network, Genres);
        await using var service = await TrainingProcess.StartAsync(account, arguments: "api");

        var evaluation = await service.EvaluateAsync(new { model = UntrainedModel.Name, dataset = SmallDataset.Name });

        var result = evaluation.Result.ShouldNotBeNull($"{evaluation.Error}");
        result.Samples.WithoutAllFeatures.ShouldBe(manifest.Samples / 2);
        result.Report.Loss.ShouldBe(await LossAsync(account, network), 1e-4);

        static float[] Sixteen(float value) => [.. Enumerable.Repeat(value, TabularFeatures.Columns.Count)];
    }

    [Fact]
    public async Task A_request_that_names_what_is_not_there_is_told_what_is()
    {
        var account = azurite.NewAccount();
        await SmallDataset.WriteAsync(account, "jazz", "metal");
        using var network = UntrainedModel.Crnn(Genres.Length);
        await UntrainedModel.RegisterAsync(account, network, Genres);
        await using var service = await TrainingProcess.StartAsync(account, arguments: "api");

        await RefusedAsync(new { dataset = SmallDataset.Name }, 400, "model is missing", "GET /api/models");
        await RefusedAsync(new { model = "other", dataset = SmallDataset.Name }, 404, "Unknown model", "There are: untrained.");
        await RefusedAsync(new { model = UntrainedModel.Name, version = 2, dataset = SmallDataset.Name }, 404, "Unknown model", "It has: 1.");
        await RefusedAsync(new { model = UntrainedModel.Name }, 400, "dataset is missing", "Name the dataset. There are");
        await RefusedAsync(new { model = UntrainedModel.Name, dataset = "../registry" }, 404, "Unknown dataset", "There are small.");
        await RefusedAsync(new { model = UntrainedModel.Name, dataset = SmallDataset.Name, datasetVersion = 9 }, 404, "Unknown dataset version", "version 9. It has 1.");
        await RefusedAsync(
            new { model = UntrainedModel.Name, dataset = SmallDataset.Name },
            400,
            "The model and the dataset have no label in common",
            "untrained version 1 answers classical, techno; small version 1 has jazz, metal.");
        using var unknown = await service.GetAsync("/api/evaluations/no-such-id");
        ((int)unknown.StatusCode).ShouldBe(404);

        async Task RefusedAsync(object request, int status, string title, string detail)
        {
            using var response = await service.PostAsync(request, "/api/evaluations");
            var problem = await response.Content.ReadFromJsonAsync<JsonElement>(CancellationToken);
            ((int)response.StatusCode).ShouldBe(status, $"{problem}");
            problem.GetProperty("title").GetString().ShouldBe(title);
            problem.GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain(detail);
        }
    }

    [Fact]
    public async Task What_is_damaged_or_gone_when_the_worker_comes_fails_the_evaluation_with_the_reason()
    {
        var account = azurite.NewAccount();
        await SmallDataset.WriteAsync(account, Genres);
        using var network = UntrainedModel.Crnn(Genres.Length);
        await UntrainedModel.RegisterAsync(account, network, Genres);
        await UntrainedModel.RegisterAsync(account, network, Genres);
        await account.Blobs.GetBlobContainerClient(StorageNames.Containers.Registry).GetBlobClient($"{UntrainedModel.Name}/2/model.onnx")
            .UploadAsync(BinaryData.FromString("no model"), overwrite: true, CancellationToken);
        await using var service = await TrainingProcess.StartAsync(account, arguments: "api");

        (await FailureAsync(1, datasetVersion: 7)).ShouldBe(new EvaluationError("The dataset cannot be evaluated on", "small version 7 is no longer there."));
        var altered = await FailureAsync(2, datasetVersion: 1);
        altered.Title.ShouldBe("The model cannot be used");
        altered.Detail.ShouldContain("was changed after it was registered");
        await DamageShardAsync(account);
        (await FailureAsync(1, datasetVersion: 1)).Detail.ShouldContain("is damaged");

        // As accepted while all was well.
        async Task<EvaluationError> FailureAsync(int version, int datasetVersion)
        {
            var store = new ModelEvaluationStore(account.Blobs, TimeProvider.System);
            var evaluation = new ModelEvaluation
            {
                Id = Guid.NewGuid().ToString("n"),
                Model = UntrainedModel.Name,
                ModelVersion = version,
                Dataset = SmallDataset.Name,
                DatasetVersion = datasetVersion,
                Samples = EvaluatedSamples.Unseen,
                CreatedAt = TimeProvider.System.GetUtcNow(),
            };
            var queue = new WorkQueue<ModelEvaluationMessage>(account.Queues, StorageNames.Queues.Evaluations, TimeProvider.System, (_, _) => Task.CompletedTask);
            await store.AcceptAsync(evaluation, RunExecution.DatasetsOf(account.Blobs), queue, CancellationToken);
            var ended = await service.WaitForEvaluationAsync(evaluation.Id);
            ended.Status.ShouldBe(EvaluationStatus.Failed);
            return ended.Error.ShouldNotBeNull();
        }
    }

    [Fact]
    public async Task A_cancelled_evaluation_stops_and_the_worker_does_the_next_one()
    {
        var account = azurite.NewAccount();
        await SmallDataset.WriteAsync(account, "classical", "folk", "jazz", "metal", "pop", "rap", "rock", "techno");
        using var network = UntrainedModel.Crnn(Genres.Length);
        await UntrainedModel.RegisterAsync(account, network, ["classical", "folk"]);
        using var wide = UntrainedModel.Crnn(8);
        await UntrainedModel.RegisterAsync(account, wide, ["classical", "folk", "jazz", "metal", "pop", "rap", "rock", "techno"]);
        await using var service = await TrainingProcess.StartAsync(account, arguments: "api");
        var id = await service.StartEvaluationAsync(new { model = UntrainedModel.Name, version = 2, dataset = SmallDataset.Name });
        var next = await service.StartEvaluationAsync(new { model = UntrainedModel.Name, version = 1, dataset = SmallDataset.Name });
        await service.WaitForEvaluationAsync(id, evaluation => evaluation.Progress is not null);

        using var cancelled = await service.DeleteAsync($"/api/evaluations/{id}");

        cancelled.IsSuccessStatusCode.ShouldBeTrue(await cancelled.Content.ReadAsStringAsync(CancellationToken));
        (await service.WaitForEvaluationAsync(next)).Status.ShouldBe(EvaluationStatus.Completed);
        var left = await service.WaitForEvaluationAsync(id);
        left.Status.ShouldBe(EvaluationStatus.Cancelled);
        left.Result.ShouldBeNull();
        using var again = await service.DeleteAsync($"/api/evaluations/{id}");
        using var tooLate = await service.DeleteAsync($"/api/evaluations/{next}");
        ((int)tooLate.StatusCode).ShouldBe(409);
    }

    private static async Task ListedAsync(TrainingProcess service, string query, params string[] ids)
    {
        using var response = await service.GetAsync($"/api/evaluations{query}");
        (await response.Content.ReadFromJsonAsync<ModelEvaluation[]>(GenreCloudJson.Options, CancellationToken)).ShouldNotBeNull()
            .Select(evaluation => evaluation.Id).ShouldBe(ids);
    }

    /// <summary>What the network itself says of the dataset.</summary>
    private static async Task<double> LossAsync(StorageAccount account, SpectrogramNetwork network)
    {
        var dataset = (await RunExecution.DatasetsOf(account.Blobs).FindAsync(SmallDataset.Name, 1, CancellationToken)).ShouldNotBeNull();
        var losses = new List<double>();
        network.eval();
        foreach (var sample in await dataset.ReadSamplesAsync(CancellationToken))
        {
            var pixels = new byte[SpectrogramFormat.Pixels];
            SpectrogramPng.Read(await dataset.ReadPngAsync(sample, CancellationToken), pixels);
            var row = new float[network.TabularColumns];
            TabularFeatures.CopyTo(sample, row);
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            var logits = network.call(tensor(pixels, [1, SpectrogramFormat.MelBands, SpectrogramFormat.Frames]), tensor(row, [1, row.Length]));
            losses.Add(new AnsweredSample(sample.Id, Array.IndexOf(Genres, sample.Label), 0, logits.data<float>().ToArray()).Loss(1));
        }

        return losses.Average();
    }

    private static async Task DamageShardAsync(StorageAccount account)
    {
        var blob = account.Blobs.GetBlobContainerClient(StorageNames.Containers.Datasets).GetBlobClient($"{SmallDataset.Name}/1/shards/00000.tar");
        byte[] bytes = (await blob.DownloadContentAsync(CancellationToken)).Value.Content.ToArray();
        bytes.AsSpan(bytes.Length / 2, 1000).Clear();
        await blob.UploadAsync(BinaryData.FromBytes(bytes), overwrite: true, CancellationToken);
    }
}
