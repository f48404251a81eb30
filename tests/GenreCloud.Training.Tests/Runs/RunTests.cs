using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Azure.Storage.Blobs.Models;
using GenreCloud.Datasets;
using GenreCloud.Modeling;
using GenreCloud.Registry;
using GenreCloud.Storage;
using GenreCloud.Testing;
using GenreCloud.Training.Runs;

namespace GenreCloud.Training.Tests.Runs;

public sealed class RunTests(AzuriteFixture azurite)
{
    private static readonly string[] Genres = ["classical", "metal", "techno"];

    [Fact]
    public async Task A_run_trains_checks_and_registers_a_model_and_the_same_settings_give_the_same_bits()
    {
        var account = azurite.NewAccount();
        var manifest = await SmallDataset.WriteAsync(account, Genres);
        await using var service = await TrainingProcess.StartAsync(account);
        var request = new { dataset = SmallDataset.Name, epochs = 1, batchSize = 8, seed = 7, precision = "fp32" };

        var first = await service.WaitForEndAsync(await service.StartRunAsync(request));
        var second = await service.WaitForEndAsync(await service.StartRunAsync(request));

        first.Status.ShouldBe(RunStatus.Completed, $"{first.Error}");
        second.Status.ShouldBe(RunStatus.Completed, $"{second.Error}");
        var registry = new ModelRegistry(account.Blobs, TimeProvider.System);
        var card = await registry.GetCardAsync(SmallDataset.Name, 1, TestContext.Current.CancellationToken);
        IsComplete(first, manifest);
        IsComplete(card, first, manifest, await ManifestSha256Async(account));
        await MetricsAreThoseOfAsync(account, first);
        first.Result.ShouldNotBeNull().Precision.ShouldBe(Precision.Fp32);
        (await registry.GetAliasesAsync(SmallDataset.Name, TestContext.Current.CancellationToken)).Versions
            .ShouldBe(new Dictionary<string, int> { [ModelAlias.Production] = 1, [ModelAlias.Candidate] = 2 }, ignoreOrder: true);

        var again = await registry.GetCardAsync(SmallDataset.Name, 2, TestContext.Current.CancellationToken);
        again.Sha256.ShouldBe(card.Sha256);
        again.Golden.Probabilities.ShouldBe(card.Golden.Probabilities);

        if (OperatingSystem.IsLinux())
        {
            var maps = await File.ReadAllTextAsync($"/proc/{service.Service.ProcessId}/maps", TestContext.Current.CancellationToken);
            maps.ShouldContain("libcoreclr");
            maps.ShouldNotContain("libtorch");
            maps.ShouldNotContain("libLibTorchSharp");
        }
    }

    [Fact]
    public async Task A_run_that_looks_for_its_learning_rate_and_chooses_its_epoch_records_both()
    {
        var account = azurite.NewAccount();
        await SmallDataset.WriteAsync(account, Genres);
        await using var service = await TrainingProcess.StartAsync(account);

        var run = await service.WaitForEndAsync(await service.StartRunAsync(
            new { dataset = SmallDataset.Name, architecture = "linear", epochs = 4, batchSize = 4, learningRate = "auto", selection = "best" }));

        run.Status.ShouldBe(RunStatus.Completed, $"{run.Error}");
        var test = run.RangeTest.ShouldNotBeNull();
        test.Curve.Count.ShouldBeInRange(10, 100);
        test.Curve.Select(point => point.LearningRate).ShouldBeInOrder(SortDirection.Ascending);
        test.LearningRate.ShouldBeInRange(1e-5, 0.1);
        var best = run.Epochs.MinBy(epoch => epoch.ValidationLoss)!;
        var result = run.Result.ShouldNotBeNull();
        (result.PeakLearningRate, result.SelectedEpoch).ShouldBe((test.LearningRate, best.Epoch));
        result.Loss.ShouldNotBeNull().ShouldBe(best.ValidationLoss, 1e-5);
        run.Warnings.ShouldContain(warning => warning.StartsWith("Its epoch was chosen by the spectrograms that it is measured with", StringComparison.Ordinal));
        var card = await new ModelRegistry(account.Blobs, TimeProvider.System).GetCardAsync(SmallDataset.Name, 1, TestContext.Current.CancellationToken);
        (card.Metrics.PeakLearningRate, card.Metrics.SelectedEpoch).ShouldBe((test.LearningRate, best.Epoch));
        card.Warnings.ShouldBe(run.Warnings);
        card.Lineage.Commit.ShouldNotBeNullOrEmpty();
        card.Lineage.Hyperparameters.ShouldNotBeNull().GetProperty("learningRate").GetString().ShouldBe("auto");
        ModelCardMarkdown.Render(card).ShouldContain($"- Weights of epoch {best.Epoch} of 4");
    }

    [Fact]
    public async Task A_run_with_a_split_by_track_says_which_artists_are_on_both_sides()
    {
        var account = azurite.NewAccount();
        await SmallDataset.WriteAsync(account, SmallDataset.ClipsPerGenre, _ => [], place => $"artist {place / 2}", Genres);
        await using var service = await TrainingProcess.StartAsync(account);

        var id = await service.StartRunAsync(
            new { dataset = SmallDataset.Name, architecture = "linear", epochs = 1, batchSize = 4, split = new { kind = "track", validationFraction = 0.4 } });
        var run = await service.WaitForEndAsync(id);

        run.Status.ShouldBe(RunStatus.Completed, $"{run.Error}");
        var heldBack = (await service.GetAnswersAsync(id)).Samples.Select(sample => sample.Id).ToHashSet();
        var dataset = (await RunExecution.DatasetsOf(account.Blobs).FindAsync(SmallDataset.Name, 1, TestContext.Current.CancellationToken)).ShouldNotBeNull();
        var sides = (await dataset.ReadSamplesAsync(TestContext.Current.CancellationToken))
            .ToLookup(sample => heldBack.Contains(sample.Id), sample => sample.Artists.Single());
        var shared = sides[true].Intersect(sides[false]).Count();
        var card = await new ModelRegistry(account.Blobs, TimeProvider.System).GetCardAsync(SmallDataset.Name, 1, TestContext.Current.CancellationToken);
        card.Lineage.Split.ShouldNotBeNull().ShouldSatisfyAllConditions(
            split => split.Unit.ShouldBe(SplitUnit.Track),
            split => split.ValidationFraction.ShouldBe(0.4),
            split => split.ValidationArtists.ShouldBe(sides[true].Distinct().Count()),
            split => split.SharedArtists.ShouldBe(shared),
            split => split.SharedArtists.ShouldBeGreaterThan(0));
        ModelCardMarkdown.Render(card).ShouldContain($"artists {shared} are among those it learnt from.");
    }

    [Fact]
    public async Task A_run_whose_numbers_run_away_fails_with_the_step_and_what_to_try()
    {
        var account = azurite.NewAccount();

        // With this decay, a step at the peak makes the weights nine times as large.
        var id = await RunExecution.AcceptAsync(account, await SmallDataset.WriteAsync(account, Genres), new RunRequest
        {
            Architecture = "linear", Epochs = 100, BatchSize = 4, LearningRate = 10, WeightDecay = 1,
        });

        var run = await new RunExecution(account.Blobs).ExecuteAsync(id);

        run.Status.ShouldBe(RunStatus.Failed);
        run.Result.ShouldBeNull();
        run.Epochs.Count.ShouldBeLessThan(100);
        var error = run.Error.ShouldNotBeNull();
        error.Title.ShouldBe("Training diverged");
        error.Detail.ShouldMatch(
            "became (NaN|-?Infinity).* in epoch [0-9]+, step [0-9]+, at learning rate [0-9.e+-]+\\. Train with a lower learning rate, or with gradients clipped to a norm of 1\\.$");
    }

    [Fact]
    public async Task A_damaged_dataset_fails_the_run_with_the_reason()
    {
        var account = azurite.NewAccount();
        await SmallDataset.WriteAsync(account, Genres);
        await using var service = await TrainingProcess.StartAsync(account);
        await account.Blobs.GetBlobContainerClient(StorageNames.Containers.Datasets)
            .GetBlobClient($"{SmallDataset.Name}/1/samples.parquet").UploadAsync(
                BinaryData.FromString("not parquet"), overwrite: true, TestContext.Current.CancellationToken);

        var run = await service.WaitForEndAsync(await service.StartRunAsync(new { dataset = SmallDataset.Name, epochs = 1 }));

        run.Status.ShouldBe(RunStatus.Failed);
        run.Error.ShouldNotBeNull().Title.ShouldBe("The dataset cannot be trained on");
    }

    [Fact]
    public async Task A_dataset_that_is_deleted_fails_its_run_once_and_the_worker_goes_on_with_the_next()
    {
        var account = azurite.NewAccount();
        await SmallDataset.WriteAsync(account, Genres);
        await SmallDataset.WriteAsync(account, Genres);
        await using var service = await TrainingProcess.StartAsync(account);
        await account.Blobs.GetBlobContainerClient(StorageNames.Containers.Datasets)
            .DeleteBlobAsync($"{SmallDataset.Name}/1/samples.parquet", cancellationToken: TestContext.Current.CancellationToken);

        var run = await service.WaitForEndAsync(await service.StartRunAsync(new { dataset = SmallDataset.Name, version = 1, epochs = 1 }));
        var next = await service.WaitForEndAsync(await service.StartRunAsync(new { dataset = SmallDataset.Name, epochs = 1, batchSize = 8 }));

        run.Status.ShouldBe(RunStatus.Failed);
        run.Error.ShouldBe(new RunError(
            "The dataset cannot be trained on", "'small' version 1 is no longer there, or not all of it: it was deleted. Import the dataset again."));
        service.Service.Output.ShouldNotContain("failed in attempt");
        next.Status.ShouldBe(RunStatus.Completed, $"{next.Error}");
    }

    [Fact]
    public async Task A_dataset_that_is_deleted_during_the_training_fails_the_run()
    {
        var account = azurite.NewAccount();
        var id = await RunExecution.AcceptAsync(account, await SmallDataset.WriteAsync(account, Genres), epochs: 1);
        var line = new TakenOverRun(".state", () => account.Blobs.DeleteBlobContainerAsync(
            StorageNames.Containers.Datasets, cancellationToken: TestContext.Current.CancellationToken));

        var run = await new RunExecution(line.BlobsOf(account)).ExecuteAsync(id);

        run.Status.ShouldBe(RunStatus.Failed);
        run.Epochs.ShouldHaveSingleItem();
        run.Error.ShouldNotBeNull().Title.ShouldBe("The dataset cannot be trained on");
    }

    [Fact]
    public async Task A_run_that_meets_a_failing_storage_is_tried_again()
    {
        var account = azurite.NewAccount();
        await SmallDataset.WriteAsync(account, Genres);
        await using var service = await TrainingProcess.StartAsync(account);
        await account.Blobs.DeleteBlobContainerAsync(StorageNames.Containers.Registry, cancellationToken: TestContext.Current.CancellationToken);
        var id = await service.StartRunAsync(new { dataset = SmallDataset.Name, epochs = 1, batchSize = 8 });

        await service.Service.WaitForOutputAsync(new Regex("failed in attempt 1 of 5"), TestContext.Current.CancellationToken);
        await account.Blobs.CreateBlobContainerAsync(StorageNames.Containers.Registry, cancellationToken: TestContext.Current.CancellationToken);

        var run = await service.WaitForEndAsync(id);
        run.Status.ShouldBe(RunStatus.Completed, $"{run.Error}");
        service.Service.Output.ShouldContain("The storage failed during the run: The specified container does not exist.");
    }

    [Fact]
    public async Task A_cache_that_cannot_be_written_fails_the_run_with_one_line_that_says_where()
    {
        var account = azurite.NewAccount();
        await SmallDataset.WriteAsync(account, Genres);
        var file = Path.GetTempFileName();
        try
        {
            await using var service = await TrainingProcess.StartAsync(account, cacheDirectory: file);

            var run = await service.WaitForEndAsync(await service.StartRunAsync(new { dataset = SmallDataset.Name, epochs = 1 }));

            run.Status.ShouldBe(RunStatus.Failed);
            run.Error.ShouldNotBeNull().Title.ShouldBe("The cache of shards cannot be used");
            run.Error.Detail.ShouldContain($"Make room in {file}");
            run.Error.Detail.ShouldNotContain('\n');
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static void IsComplete(Run run, DatasetManifest manifest)
    {
        run.StartedAt.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(run.CreatedAt);
        run.EndedAt.ShouldNotBeNull().ShouldBeGreaterThan(run.StartedAt.Value);
        run.Epochs.ShouldHaveSingleItem().Epoch.ShouldBe(1);
        run.Progress.ShouldNotBeNull().ShouldSatisfyAllConditions(
            progress => progress.Step.ShouldBe(progress.TotalSteps),
            progress => progress.ImagesPerSecond.ShouldBeGreaterThan(0));
        run.Result.ShouldNotBeNull().ShouldSatisfyAllConditions(
            result => (result.TrainingSamples + result.ValidationSamples).ShouldBe(manifest.Samples),
            result => (result.Model, result.ModelVersion).ShouldBe((SmallDataset.Name, 1)),
            result => (result.PeakLearningRate, result.SelectedEpoch).ShouldBe((0.0014, 1)),
            result => result.ParitySamples.ShouldBe(Math.Min(64, manifest.Samples)),
            result => result.ParityMaxDifference.ShouldNotBeNull().ShouldBeLessThanOrEqualTo(1e-4),
            result => result.PeakMemoryBytes.ShouldBeGreaterThan(100_000_000));
    }

    private static void IsComplete(ModelCard card, Run run, DatasetManifest manifest, string manifestSha256)
    {
        var result = run.Result!;
        card.Architecture.ShouldBe("crnn");
        card.Labels.ShouldBe(Genres);
        card.Metrics.Epochs.ShouldBe(run.Epochs);
        card.Metrics.Parity.ShouldSatisfyAllConditions(
            parity => parity.Samples.ShouldBe(Math.Min(64, manifest.Samples)),
            parity => parity.MaxAbsoluteDifference.ShouldBeInRange(0, 1e-4),
            parity => parity.Tolerance.ShouldBe(1e-4));

        var samples = result.ValidationSamples;
        card.Evaluation.ShouldNotBeNull().ShouldSatisfyAllConditions(
            evaluation => evaluation.Samples.ShouldBe(samples),
            evaluation => evaluation.Top1.ShouldBe(result.Top1),
            evaluation => evaluation.Top1.ShouldBe(run.Epochs[^1].ValidationTop1, 1e-12),
            evaluation => evaluation.Loss.ShouldBe(run.Epochs[^1].ValidationLoss, 1e-5),
            evaluation => evaluation.Top3.ShouldBe(1, "there are three labels"),
            evaluation => evaluation.Top5.ShouldBe(1),
            evaluation => evaluation.MacroF1.ShouldBe(result.MacroF1),
            evaluation => evaluation.MajorityBaseline.ShouldNotBeNull().ShouldBeInRange(0.01, 0.99),
            evaluation => evaluation.Top1Interval.ShouldNotBeNull().Groups.ShouldBe(samples, "every clip has an artist of its own"),
            evaluation => evaluation.Calibration.ShouldNotBeNull().UnscaledReason.ShouldNotBeNull(),
            evaluation => evaluation.WorstSamples.Count.ShouldBe(Math.Min(20, samples)),
            evaluation => evaluation.WorstSamples.Select(sample => sample.Id).ShouldBeUnique());

        var answered = card.Evaluation.ConfusionMatrix;
        var reference = card.Reference.ShouldNotBeNull();
        reference.Samples.ShouldBe(samples);
        reference.Statistics.Select(statistic => statistic.Name).ShouldBe(["label", "confidence", "entropy", "level", "spread", "silence", "centroid"]);
        reference.Statistics.ShouldAllBe(statistic => statistic.Counts.Sum() == samples);
        reference.Statistics[0].Counts.ShouldBe(Enumerable.Range(0, Genres.Length).Select(label => (long)answered.Sum(row => row[label])));

        card.Lineage.RunId.ShouldBe(run.Id);
        card.Lineage.Seed.ShouldBe(7);
        card.Lineage.Dataset.ShouldNotBeNull().ShouldSatisfyAllConditions(
            dataset => (dataset.Name, dataset.Version).ShouldBe((SmallDataset.Name, "1")),
            dataset => dataset.ManifestSha256.ShouldBe(manifestSha256));
        card.Lineage.Split.ShouldNotBeNull().ShouldSatisfyAllConditions(
            split => split.Unit.ShouldBe(SplitUnit.Artist),
            split => split.TrainingSamples.Sum().ShouldBe(result.TrainingSamples),
            split => (split.TrainingArtists, split.ValidationArtists, split.SharedArtists).ShouldBe((result.TrainingSamples, samples, 0)));
        card.Lineage.Hyperparameters.ShouldNotBeNull().GetProperty("batchSize").GetInt32().ShouldBe(8);

        card.Golden.Png.Length.ShouldBeGreaterThan(10_000);
        card.Golden.Probabilities.Sum().ShouldBe(1, 1e-5);
    }

    private static async Task<string> ManifestSha256Async(StorageAccount account)
    {
        var blob = account.Blobs.GetBlobContainerClient(StorageNames.Containers.Datasets).GetBlobClient($"{SmallDataset.Name}/1/manifest.json");
        BlobDownloadResult manifest = await blob.DownloadContentAsync(TestContext.Current.CancellationToken);
        return Convert.ToHexStringLower(SHA256.HashData(manifest.Content));
    }

    private static async Task MetricsAreThoseOfAsync(StorageAccount account, Run run)
    {
        var blob = account.Blobs.GetBlobContainerClient(StorageNames.Containers.Runs).GetBlobClient($"{run.Id}/metrics.jsonl");
        var lines = (await blob.DownloadContentAsync(TestContext.Current.CancellationToken)).Value.Content.ToString()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);

        var metrics = lines.Select(line => JsonSerializer.Deserialize<RunMetrics>(line, GenreCloudJson.Options)).ToArray();
        var progress = run.Progress.ShouldNotBeNull();
        metrics.OfType<StepMetrics>().Select(step => step.Step).ShouldBe(Enumerable.Range(1, progress.TotalSteps));
        var last = metrics.OfType<StepMetrics>().Last();
        (last.Loss, last.LearningRate, last.GradientNorm).ShouldBe((progress.Loss, progress.LearningRate, progress.GradientNorm));
        last.ImagesPerSecond.ShouldBeGreaterThan(0);
        metrics.OfType<EpochMetrics>().ShouldBe(run.Epochs);
        metrics[^1].ShouldBe(run.Epochs[^1], "an epoch comes after its steps");
        lines[0].ShouldStartWith("""{"type":"step","epoch":1,"step":1,"loss":""");
    }
}
