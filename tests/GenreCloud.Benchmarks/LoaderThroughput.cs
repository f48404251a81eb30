using System.Diagnostics;
using System.Globalization;
using GenreCloud.Modeling;
using GenreCloud.Modeling.Augmentations;

namespace GenreCloud.Benchmarks;

/// <summary>
/// <c>loader [--pictures N] [--architecture NAME] [--steps N] [--batch N] [--threads N] [--zip PATH]</c>: images a second from shards in a storage account to
/// batches, of the first epoch (shards are fetched meanwhile) and of a later one (they are local), with augmentation too, and with decoded
/// pictures kept; of the network alone, on batches in memory; and of both together. In bfloat16 where the CPU has it.
/// </summary>
internal static class LoaderThroughput
{
    private const string Verb = "loader";
    private const string ChildVerb = "loader-child";
    private const int WarmUpSteps = 2;

    private static readonly Augmentation Everything = new()
    {
        TimeMasks = 2, FrequencyMasks = 2, TimeShiftFrames = 200, MixupAlpha = 0.4,
    };

    public static bool Owns(string[] args) => args is [Verb or ChildVerb, ..];

    public static Task RunAsync(string[] args) => args[0] == ChildVerb ? MeasureAsync(args) : StorageBenchmark.RunAsync(ChildVerb, args);

    private static async Task MeasureAsync(string[] args)
    {
        var architecture = ProcessBenchmark.Option(args, "--architecture") ?? Crnn.ArchitectureName;
        var steps = ProcessBenchmark.Number(args, "--steps", 16);
        var options = StorageBenchmark.Options(args);
        var augmented = options with { Augmentation = Everything };
        using var cache = new TemporaryFolder();
        var dataset = await StoredDataset.OpenAsync(StorageBenchmark.ConnectionString);
        var source = await StoredBatches.OpenAsync(dataset, cache.Path, options);
        Console.WriteLine($"{dataset.Manifest.Samples} pictures in {dataset.Manifest.Shards.Count} shards, batch {options.BatchSize}, {options.Threads} threads");
        Console.WriteLine($"{"",-44} {"images/s",9} {"CPU ms/image",13} {"to the network",15}");

        // Once, so that what is measured is compiled.
        await ReadAsync(source.Validation(CancellationToken.None));
        using var cold = new TemporaryFolder();
        var first = await ReadAsync((await StoredBatches.OpenAsync(dataset, cold.Path, options)).TrainingEpoch(0, 0, CancellationToken.None));
        await ReadAsync(source.TrainingEpoch(0, 0, CancellationToken.None));
        var later = await ReadAsync(source.TrainingEpoch(1, 0, CancellationToken.None));
        var ahead = await ReadAsync(
            new BatchAugmenter(Everything, seed: 1).AheadAsync(source.TrainingEpoch(2, 0, CancellationToken.None), 0, CancellationToken.None).Select(batch => batch.Batch));
        using var kept = new TemporaryFolder();
        var keeping = await StoredBatches.OpenAsync(dataset, kept.Path, options, decodedMaxBytes: long.MaxValue);
        await ReadAsync(keeping.TrainingEpoch(0, 0, CancellationToken.None));
        var decoded = await ReadAsync(keeping.TrainingEpoch(1, 0, CancellationToken.None));

        TorchRuntime.EnsureLoaded();
        var memory = new RepeatedBatches(await StorageBenchmark.FirstBatchAsync(source), WarmUpSteps + steps);
        var network = await TrainAsync(architecture, memory, options, steps);
        var both = await TrainAsync(architecture, source, augmented, steps);

        Print("loader, first epoch", first);
        Print("loader, later epochs", later);
        Print("loader, later epochs, augmented", ahead);
        Print("loader, decoded pictures kept", decoded);
        Print($"{architecture} alone", network);
        Print($"{architecture} with the loader, augmented", both);

        void Print(string name, Rate rate) => Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{name,-44} {rate.ImagesPerSecond,9:f1} {rate.CpuMilliseconds,13:f2} {rate.ImagesPerSecond / network.ImagesPerSecond,15:f2}"));
    }

    private static async Task<Rate> ReadAsync(IAsyncEnumerable<Batch> batches)
    {
        var images = 0;
        var (started, cpu) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        await foreach (var batch in batches)
        {
            images += batch.Count;
        }

        return Rate.Of(images, Stopwatch.GetElapsedTime(started), Environment.CpuUsage.TotalTime - cpu);
    }

    /// <summary>The first steps of an epoch, without those that only warm up.</summary>
    private static async Task<Rate> TrainAsync(string architecture, IBatchSource source, TrainingOptions options, int steps)
    {
        using var network = Architecture.Named(architecture).Create(new NetworkInputs(source.TrainingImagesPerClass.Count), seed: 1);
        using var trainer = new Trainer(network, options, TrainingDevice.FormatFor(options.Precision).Format, TimeProvider.System);
        using var enough = new CancellationTokenSource();
        var clock = new StepClock(step =>
        {
            if (step == WarmUpSteps + steps - 1)
            {
                enough.Cancel();
            }
        });
        try
        {
            await foreach (var _ in trainer.TrainAsync(source, clock, enough.Token))
            {
            }
        }
        catch (OperationCanceledException)
        {
        }

        var (wall, cpu) = clock.Since(WarmUpSteps);
        return Rate.Of(steps * options.BatchSize, wall, cpu);
    }

    private readonly record struct Rate(double ImagesPerSecond, double CpuMilliseconds)
    {
        public static Rate Of(int images, TimeSpan wall, TimeSpan cpu) => new(images / wall.TotalSeconds, cpu.TotalMilliseconds / images);
    }

    /// <summary>One batch in memory, again and again.</summary>
    private sealed class RepeatedBatches(Batch batch, int count) : IBatchSource
    {
        public int TrainingBatches => count;

        public IReadOnlyList<int> TrainingImagesPerClass => [.. Enumerable.Range(0, 10).Select(_ => 1)];

        public IAsyncEnumerable<Batch> TrainingEpoch(int epoch, int firstBatch, CancellationToken cancellationToken) =>
            Enumerable.Repeat(batch, count).Skip(firstBatch).ToAsyncEnumerable();

        public IAsyncEnumerable<Batch> Validation(CancellationToken cancellationToken) => AsyncEnumerable.Empty<Batch>();
    }
}
