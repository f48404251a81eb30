using System.Text.Json;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Tabular;
using GenreCloud.Registry;
using GenreCloud.Storage;
using GenreCloud.Testing;
using GenreCloud.Training.Checkpoints;
using GenreCloud.Training.Runs;
using Microsoft.ML.OnnxRuntime;

namespace GenreCloud.Training.Tests.Checkpoints;

/// <summary>The checkpoints that the source project published become model versions, and runs start from them.</summary>
public sealed class PublishedCheckpointTests(AzuriteFixture azurite)
{
    /// <summary>PyTorch's own float32 answers are 5.8e-6 from those of float64.</summary>
    private const double Tolerance = 5e-5;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_genre_checkpoint_is_registered_with_the_answers_of_PyTorch_and_a_run_starts_from_it()
    {
        var account = azurite.NewAccount();
        await SmallDataset.WriteAsync(account, "techno", "classical");
        await using var service = await TrainingProcess.StartAsync(account);

        var card = await RegisterAsync(service, "crnn_genre_model.pth", "model=published&architecture=crnn&fileName=crnn_genre_model.pth");

        card.Labels.ShouldBe(["classical", "folk", "house", "jazz", "metal", "pop", "r&b", "rap", "rock", "techno"]);
        card.Evaluation.ShouldBeNull();
        card.Reference.ShouldBeNull();
        card.Lineage.Dataset.ShouldBeNull();
        card.Lineage.Checkpoint.ShouldNotBeNull().FileName.ShouldBe("crnn_genre_model.pth");
        card.Metrics.Parity.Samples.ShouldBe(FormulaSpectrograms.All.Count);
        ModelCardMarkdown.Render(card).ShouldContain("The checkpoint crnn\\_genre\\_model.pth; SHA-256");
        await AnswersAreThoseOfPyTorchAsync(account, card, "genre", []);

        var id = await service.StartRunAsync(new { dataset = SmallDataset.Name, epochs = 1, batchSize = 8, startFrom = new { model = "published" } });
        var run = await service.WaitForEndAsync(id);
        run.Status.ShouldBe(RunStatus.Completed, $"{run.Error}");
        var start = run.Settings.StartFrom.ShouldNotBeNull();
        start.KeptLabels.ShouldBe(["classical", "techno"], ignoreOrder: true);
        start.NewLabels.ShouldBeEmpty();
        start.DroppedLabels.ShouldBe(["folk", "house", "jazz", "metal", "pop", "r&b", "rap", "rock"]);
        run.Epochs[0].TrainingLoss.ShouldBeLessThan(Math.Log(2), "it knew both labels before its first step");
    }

    [Fact]
    public async Task The_metal_checkpoint_takes_its_tabular_statistics_from_a_dataset_and_is_checked_on_its_spectrograms()
    {
        var account = azurite.NewAccount();
        var manifest = await SmallDataset.WriteAsync(account, SmallDataset.ClipsPerGenre, Tabular, "techno", "classical");
        await using var service = await TrainingProcess.StartAsync(account, arguments: "api");

        var card = await RegisterAsync(service, "crnn_concat_metal_model.pth", $"model=metal&architecture=crnn-tabular&dataset={SmallDataset.Name}&version=1");

        card.Labels.Count.ShouldBe(20);
        card.Labels.ShouldBe(card.Labels.Order(StringComparer.Ordinal));
        card.Metrics.Parity.Samples.ShouldBe(2 * SmallDataset.ClipsPerGenre);
        card.Golden.Tabular.ShouldNotBeNull().Count.ShouldBe(TabularFeatures.Columns.Count);
        var reference = card.Reference.ShouldNotBeNull();
        reference.Samples.ShouldBe(manifest.Samples);
        reference.Statistics.Where(statistic => statistic.Kind == StatisticKind.Feature).Select(statistic => (statistic.Name, statistic.Missing))
            .ShouldBe(TabularFeatures.Columns.Select(column => (column, (long?)0)));
        var dataset = card.Lineage.Checkpoint.ShouldNotBeNull().TabularStatistics.ShouldNotBeNull();
        (dataset.Name, dataset.Version).ShouldBe((SmallDataset.Name, "1"));
        var reader = (await RunExecution.DatasetsOf(account.Blobs).FindAsync(manifest.Name, manifest.Version, CancellationToken)).ShouldNotBeNull();
        var statistics = TabularFeatures.Measure(await reader.ReadSamplesAsync(CancellationToken));
        var raw = Rows(Golden().GetProperty("tabular"))
            .Select(row => row.Select((value, column) => (float)((value * statistics.StandardDeviation[column]) + statistics.Mean[column])).ToArray());
        await AnswersAreThoseOfPyTorchAsync(account, card, "metal", [.. raw]);

        Dictionary<string, float> Tabular(int clip) => TabularFeatures.Columns.Index()
            .ToDictionary(column => column.Item, column => column.Index < TabularFeatures.Codes ? clip % 2 : (clip * (column.Index + 1)) + 0.25f);
    }

    [Fact]
    public async Task The_labels_of_the_metal_checkpoint_have_all_that_the_metal_data_has()
    {
        var labels = PublishedLabels.Find("crnn-tabular", 20).ShouldNotBeNull();
        await using var archive = await System.IO.Compression.ZipFile.OpenReadAsync(SharedData.Require("metal-train.zip"), CancellationToken);
        using var rows = new StreamReader(await archive.GetEntry("metal_track_data.csv").ShouldNotBeNull().OpenAsync(CancellationToken));
        var table = await rows.ReadToEndAsync(CancellationToken);

        labels.Where(label => table.Contains($",{label},", StringComparison.Ordinal)).Count().ShouldBe(10);
    }

    private static async Task<ModelCard> RegisterAsync(TrainingProcess service, string file, string query)
    {
        await using var checkpoint = File.OpenRead(SharedData.RequireWeights(file));
        using var response = await service.PostCheckpointAsync(query, checkpoint);
        var body = await response.Content.ReadAsStringAsync(CancellationToken);
        ((int)response.StatusCode).ShouldBe(201, body);
        var card = JsonSerializer.Deserialize<ModelCard>(body, GenreCloudJson.Options).ShouldNotBeNull();
        response.Headers.Location.ShouldNotBeNull().ToString().ShouldBe($"/api/models/{card.Model}/versions/{card.Version}");
        return card;
    }

    /// <summary>From the file that is registered.</summary>
    /// <param name="tabular">Raw, one row a picture; empty for a model without.</param>
    private static async Task AnswersAreThoseOfPyTorchAsync(StorageAccount account, ModelCard card, string model, float[][] tabular)
    {
        var expected = Rows(Golden().GetProperty(model).GetProperty("logp_f64"));
        var registry = new ModelRegistry(account.Blobs, TimeProvider.System);
        using var session = new InferenceSession(await registry.DownloadModelAsync(card, CancellationToken));
        using var options = new RunOptions();

        // The reference has the pattern after the slopes.
        var all = FormulaSpectrograms.All;
        foreach (var (index, pixels) in ((IReadOnlyList<byte[]>)[all[1], all[2], all[3], all[4], all[0], .. all.Skip(5)]).Index())
        {
            using var picture = OrtValue.CreateTensorValueFromMemory(pixels, [1, SpectrogramFormat.MelBands, SpectrogramFormat.Frames]);
            var inputs = new Dictionary<string, OrtValue> { [ModelSignature.Spectrogram] = picture };
            using var row = tabular.Length > 0 ? OrtValue.CreateTensorValueFromMemory(tabular[index], [1, tabular[index].Length]) : null;
            if (row is not null)
            {
                inputs.Add(ModelSignature.Tabular, row);
            }

            using var outputs = session.Run(options, inputs, [ModelSignature.Logits]);
            var logits = outputs[0].GetTensorDataAsSpan<float>().ToArray();
            var normalizer = Math.Log(logits.Sum(logit => Math.Exp(logit)));
            logits.Zip(expected[index]).Max(pair => Math.Abs(pair.First - normalizer - pair.Second)).ShouldBeLessThan(Tolerance, $"picture {index}");
        }
    }

    private static JsonElement Golden() => JsonSerializer.Deserialize<JsonElement>(File.ReadAllBytes(SharedData.RequireWeights("golden.json")));

    private static double[][] Rows(JsonElement rows) =>
        [.. rows.EnumerateArray().Select(row => row.EnumerateArray().Select(value => value.GetDouble()).ToArray())];
}
