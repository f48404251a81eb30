using System.Runtime.InteropServices;
using System.Text.Json;
using Azure;
using GenreCloud.Modeling.Weights;
using GenreCloud.Registry;
using GenreCloud.Storage;
using GenreCloud.Testing;
using GenreCloud.Training.ModelEvaluations;
using GenreCloud.Training.Runs;

namespace GenreCloud.Training.Tests.Runs;

/// <summary>A run starts from a registered version.</summary>
public sealed class RunStartTests(AzuriteFixture azurite)
{
    private static readonly StartFromRequest Parent = new() { Model = SmallDataset.Name };

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_begins_with_the_weights_of_the_version_and_says_what_became_of_its_labels()
    {
        var account = azurite.NewAccount();
        await TrainParentAsync(account, "techno", "classical");
        var manifest = await SmallDataset.WriteAsync(account, "techno", "jazz");

        // Steps this small leave everything as it was.
        var id = await RunExecution.AcceptAsync(account, manifest, new RunRequest { Epochs = 1, BatchSize = 8, LearningRate = 1e-9, Seed = 2, StartFrom = Parent, Model = "child" });
        var run = await new RunExecution(account.Blobs).ExecuteAsync(id);

        run.Status.ShouldBe(RunStatus.Completed, $"{run.Error}");
        var registry = new ModelRegistry(account.Blobs, TimeProvider.System);
        var parent = await registry.GetCardAsync(SmallDataset.Name, 1, CancellationToken);
        var child = await registry.GetCardAsync("child", 1, CancellationToken);
        var start = child.Lineage.StartedFrom.ShouldNotBeNull();
        start.ShouldSatisfyAllConditions(
            () => start.Model.ShouldBe(SmallDataset.Name),
            () => start.Version.ShouldBe(1),
            () => start.WeightsSha256.ShouldBe(parent.Weights.ShouldNotBeNull().Sha256),
            () => start.KeptLabels.ShouldBe(["techno"]),
            () => start.NewLabels.ShouldBe(["jazz"]),
            () => start.DroppedLabels.ShouldBe(["classical"]));
        JsonSerializer.Serialize(run.Settings.StartFrom, GenreCloudJson.Options).ShouldBe(JsonSerializer.Serialize(start, GenreCloudJson.Options));
        var card = ModelCardMarkdown.Render(child);
        card.ShouldContain("began with the weights of small version 1");
        card.ShouldContain("Labels that it learnt from nothing: jazz");
        var learnt = await LearntSamples.FindAsync(child, registry, RunExecution.DatasetsOf(account.Blobs), CancellationToken);
        learnt.UnknownReason.ShouldBeNull();
        learnt.Samples.ShouldNotBeNull().Select(sample => sample.Label).Distinct().ShouldBe(["classical", "jazz", "techno"], ignoreOrder: true);
        var (before, after) = (await WeightsAsync(registry, parent), await WeightsAsync(registry, child));
        Difference(Values(before, "cnn.conv3.0.weight"), Values(after, "cnn.conv3.0.weight")).ShouldBeLessThan(1e-5);
        Difference(Row(before, parent, "techno"), Row(after, child, "techno")).ShouldBeLessThan(1e-5);
        Difference(Row(before, parent, "classical"), Row(after, child, "jazz")).ShouldBeGreaterThan(0.01, "a label that the version does not know begins from nothing");
    }

    [Fact]
    public async Task An_interrupted_run_that_started_from_a_version_goes_on_and_gives_the_same_bits()
    {
        var account = azurite.NewAccount();
        var manifest = await TrainParentAsync(account, "techno", "classical");
        var request = new RunRequest { Epochs = 2, BatchSize = 8, StartFrom = Parent, Model = "child" };
        var undisturbed = await new RunExecution(account.Blobs).ExecuteAsync(await RunExecution.AcceptAsync(account, manifest, request));
        var id = await RunExecution.AcceptAsync(account, manifest, request);
        await Should.ThrowAsync<RequestFailedException>(
            () => new RunExecution(new CutNetwork("/metrics.jsonl", after: ".state").BlobsOf(account)).ExecuteAsync(id));

        var run = await new RunExecution(account.Blobs).ExecuteAsync(id);

        run.Status.ShouldBe(RunStatus.Completed, $"{run.Error}");
        var registry = new ModelRegistry(account.Blobs, TimeProvider.System);
        var (first, second) = (await CardAsync(registry, undisturbed), await CardAsync(registry, run));
        second.Sha256.ShouldBe(first.Sha256);
        second.Weights.ShouldBe(first.Weights);
    }

    [Fact]
    public async Task A_run_whose_version_is_gone_or_changed_fails_and_says_so()
    {
        var account = azurite.NewAccount();
        var manifest = await TrainParentAsync(account, "techno", "classical");
        var container = account.Blobs.GetBlobContainerClient(StorageNames.Containers.Registry);
        var request = new RunRequest { Epochs = 1, BatchSize = 8, StartFrom = Parent, Model = "child" };
        var id = await RunExecution.AcceptAsync(account, manifest, request);
        var second = await RunExecution.AcceptAsync(account, manifest, request);

        await container.GetBlobClient("small/1/weights.safetensors").DeleteAsync(cancellationToken: CancellationToken);
        var run = await new RunExecution(account.Blobs).ExecuteAsync(id);
        await container.GetBlobClient("small/1/model.json").DeleteAsync(cancellationToken: CancellationToken);
        var later = await new RunExecution(account.Blobs).ExecuteAsync(second);

        run.Status.ShouldBe(RunStatus.Failed);
        run.Error.ShouldNotBeNull().Detail.ShouldContain("'small/1/weights.safetensors' is missing");
        later.Error.ShouldNotBeNull().Title.ShouldBe("The run cannot start from the model version that it names");
    }

    [Fact]
    public async Task What_cannot_be_started_from_is_refused_with_the_reason()
    {
        var account = azurite.NewAccount();
        await SmallDataset.WriteAsync(account, "techno", "classical");
        await RunExecution.CreateContainersAsync(account);
        var registry = new ModelRegistry(account.Blobs, TimeProvider.System);
        var card = await registry.RegisterAsync("bare", new ModelFiles(new byte[8]), Description, "tests", CancellationToken);
        await registry.RegisterAsync("whole", new ModelFiles(new byte[8], new byte[8]), Description, "tests", CancellationToken);
        await using var service = await TrainingProcess.StartAsync(account, arguments: "api");

        await RefusedAsync(service, new { }, 400, "startFrom.model is missing");
        await RefusedAsync(service, new { model = "nothing" }, 404, "no model 'nothing'");
        await RefusedAsync(service, new { model = "../small" }, 404, "no model '../small'");
        await RefusedAsync(service, new { model = "whole", version = 9 }, 404, "has no version 9");
        await RefusedAsync(service, new { model = "bare" }, 400, $"Model 'bare' version {card.Version} was registered without its weights");
        await RefusedAsync(service, new { model = "whole" }, 400, "'whole' version 1 is a crnn, and its weights do not fit a crnn-tabular", architecture: "crnn-tabular");
        await RefusedAsync(service, new { model = "whole" }, 400, "resnet", architecture: "resnet");
        using var runs = await service.GetAsync("/api/runs");
        (await runs.Content.ReadAsStringAsync(CancellationToken)).ShouldBe("[]");

        using var accepted = await service.PostAsync(new { dataset = SmallDataset.Name, startFrom = new { model = "whole" } });
        var run = JsonSerializer.Deserialize<Run>(await accepted.Content.ReadAsStringAsync(CancellationToken), GenreCloudJson.Options).ShouldNotBeNull();
        run.Settings.Architecture.ShouldBe("crnn");
        run.Settings.StartFrom.ShouldNotBeNull().Version.ShouldBe(1, "the version in production, as a number");
        using var ofFamily = await service.PostAsync(new { dataset = SmallDataset.Name, architecture = "crnn-strided", startFrom = new { model = "whole" } });
        ((int)ofFamily.StatusCode).ShouldBe(202);
    }

    private static ModelDescription Description => new()
    {
        Architecture = "crnn",
        Labels = ["techno", "classical"],
        Signature = ModelSignature.ForSpectrograms(2),
        Metrics = new ModelMetrics { Parity = new ExportParity(0, 1, 1e-4) },
        Lineage = new ModelLineage(),
        Golden = new GoldenExample { Png = [], Logits = [0, 0], Probabilities = [0.5f, 0.5f], Tolerance = 1e-4 },
    };

    private static async Task<GenreCloud.Datasets.DatasetManifest> TrainParentAsync(StorageAccount account, params string[] genres)
    {
        var manifest = await SmallDataset.WriteAsync(account, genres);
        var run = await new RunExecution(account.Blobs).ExecuteAsync(await RunExecution.AcceptAsync(account, manifest, epochs: 1));
        run.Status.ShouldBe(RunStatus.Completed, $"{run.Error}");
        return manifest;
    }

    private static async Task RefusedAsync(TrainingProcess service, object startFrom, int status, string hint, string? architecture = null)
    {
        using var response = await service.PostAsync(new { dataset = SmallDataset.Name, architecture, startFrom });
        var body = await response.Content.ReadAsStringAsync(CancellationToken);
        ((int)response.StatusCode).ShouldBe(status, body);
        var problem = JsonSerializer.Deserialize<JsonElement>(body);
        $"{problem.GetProperty("title")} {problem.GetProperty("detail")}".ShouldContain(hint);
    }

    private static Task<ModelCard> CardAsync(ModelRegistry registry, Run run) => registry.GetCardAsync(run.Result!.Model!, run.Result.ModelVersion!.Value, CancellationToken);

    private static async Task<SafeTensors> WeightsAsync(ModelRegistry registry, ModelCard card) => SafeTensors.Read(await registry.DownloadWeightsAsync(card, CancellationToken));

    private static float[] Values(SafeTensors weights, string tensor) => MemoryMarshal.Cast<byte, float>(weights.Tensors[tensor].Data.Span).ToArray();

    private static float[] Row(SafeTensors weights, ModelCard card, string label)
    {
        var values = Values(weights, "rnn.linear.weight");
        return values.Chunk(values.Length / card.Labels.Count).ElementAt(card.Labels.Index().First(entry => entry.Item == label).Index);
    }

    private static double Difference(float[] first, float[] second) => first.Zip(second).Max(pair => (double)Math.Abs(pair.First - pair.Second));
}
