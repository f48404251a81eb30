using System.Diagnostics;
using System.Globalization;
using Azure.Storage.Blobs;
using GenreCloud.Modeling;

namespace GenreCloud.Benchmarks;

/// <summary>
/// <c>resume [--pictures N] [--architecture NAME] [--batch N] [--threads N] [--zip PATH]</c>: what it costs a worker that never saw the data to go on with a
/// training, from the saved state in a storage account to the first batch, against one step; and what an epoch takes besides its
/// steps, for validation and for saving the state, against the steps. A fifth of the pictures is for validation.
/// </summary>
internal static class ResumeCost
{
    private const string Verb = "resume";
    private const string ChildVerb = "resume-child";
    private const int Resumptions = 5;

    public static bool Owns(string[] args) => args is [Verb or ChildVerb, ..];

    public static Task RunAsync(string[] args) => args[0] == ChildVerb
        ? MeasureAsync(args)
        : StorageBenchmark.RunAsync(ChildVerb, args.Contains("--pictures") ? args : [.. args, "--pictures", "400"]);

    private static async Task MeasureAsync(string[] args)
    {
        TorchRuntime.EnsureLoaded();
        var architecture = ProcessBenchmark.Option(args, "--architecture") ?? Crnn.ArchitectureName;
        var options = StorageBenchmark.Options(args);
        var dataset = await StoredDataset.OpenAsync(StorageBenchmark.ConnectionString);
        var states = new BlobServiceClient(StorageBenchmark.ConnectionString).GetBlobContainerClient("states");
        await states.CreateIfNotExistsAsync();
        var state = states.GetBlobClient("state");
        using var cache = new TemporaryFolder();
        var source = await StoredBatches.OpenAsync(dataset, cache.Path, options);
        using var network = Create(architecture, source);
        using var trainer = CreateTrainer(network, options);
        var clock = new StepClock();
        EpochResult? epoch = null;
        await foreach (var finished in trainer.TrainAsync(source, clock))
        {
            epoch = finished;
        }

        var saving = Stopwatch.GetTimestamp();
        using (var bytes = new MemoryStream())
        {
            await trainer.SaveStateAsync(bytes, CancellationToken.None);
            bytes.Position = 0;
            await state.UploadAsync(bytes, overwrite: true);
        }

        var saved = Stopwatch.GetElapsedTime(saving).TotalSeconds;
        var step = clock.Since(2).Wall.TotalSeconds / (source.TrainingBatches - 2);
        var training = epoch!.Training.Images / epoch.ImagesPerSecond;
        var validation = epoch.Duration.TotalSeconds - training;

        // The first one also compiles.
        await ResumeAsync(architecture, options, dataset, state);
        var resumptions = new List<double>();
        for (var i = 0; i < Resumptions; i++)
        {
            resumptions.Add(await ResumeAsync(architecture, options, dataset, state));
        }

        Write($"{architecture}: a step of {options.BatchSize} takes {step:f3} s, resuming {ProcessBenchmark.Median(resumptions):f3} s, {ProcessBenchmark.Median(resumptions) / step:f2} steps (median of {Resumptions})");
        Write($"an epoch of {epoch.Training.Images} pictures takes {training:f2} s of steps, {validation:f2} s of validation on {epoch.Validation!.Images} and {saved:f3} s of saving: {100 * (validation + saved) / (training + validation + saved):f1}% of it are not steps");
    }

    /// <returns>Seconds from the state in the storage to the batch that the next step learns, in a folder without shards.</returns>
    private static async Task<double> ResumeAsync(string architecture, TrainingOptions options, Datasets.DatasetReader dataset, BlobClient state)
    {
        using var cache = new TemporaryFolder();
        var source = await StoredBatches.OpenAsync(dataset, cache.Path, options);
        using var network = Create(architecture, source);
        using var trainer = CreateTrainer(network, options);
        var started = Stopwatch.GetTimestamp();
        await using (var saved = await state.OpenReadAsync())
        {
            await trainer.RestoreStateAsync(saved, CancellationToken.None);
        }

        await source.TrainingEpoch(epoch: 1, firstBatch: source.TrainingBatches / 2, CancellationToken.None).FirstAsync();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static SpectrogramNetwork Create(string architecture, StoredBatches source) =>
        Architecture.Named(architecture).Create(new NetworkInputs(source.TrainingImagesPerClass.Count), seed: 1);

    private static Trainer CreateTrainer(SpectrogramNetwork network, TrainingOptions options) =>
        new(network, options, TrainingDevice.FormatFor(options.Precision).Format, TimeProvider.System);

    private static void Write(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
