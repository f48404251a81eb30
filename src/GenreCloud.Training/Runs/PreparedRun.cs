using GenreCloud.Datasets;
using GenreCloud.Datasets.Batches;
using GenreCloud.Datasets.Samples;
using GenreCloud.Datasets.Shards;
using GenreCloud.Datasets.Splits;
using GenreCloud.Datasets.Tabular;
using GenreCloud.Modeling;
using GenreCloud.Modeling.Weights;

namespace GenreCloud.Training.Runs;

/// <summary>What a run works with: its dataset, split, and a network with its trainer.</summary>
internal sealed class PreparedRun : IDisposable
{
    private PreparedRun(
        RunSettings settings, DatasetReader dataset, IReadOnlyList<Sample> samples, Split split, ShardCache shards, StartingWeights? start, int threads, TimeProvider time)
    {
        Dataset = dataset;
        Samples = samples;
        Split = split;
        var options = settings.ToTrainingOptions(threads);
        Threads = threads;
        SamplesPerStep = Math.Min(settings.BatchSize, split.Training.Count);
        var architecture = Architecture.Named(settings.Architecture);
        Source = new DatasetBatchSource(
            new SpectrogramBatches(shards, samples, dataset.Manifest.Labels), samples, split, architecture, options, dataset.Manifest.Labels.Count);
        var (format, reason) = TrainingDevice.FormatFor(settings.Precision);
        Precision = format == ComputeFormat.ChannelsLastBFloat16 ? Precision.Bf16 : Precision.Fp32;
        Warnings = RunWarnings.Of(samples, dataset.Manifest.Labels, split, settings.Split, settings.Selection, reason);
        Network = architecture.Create(new NetworkInputs(dataset.Manifest.Labels.Count, NormalizationOf(samples, split)), settings.Seed);
        if (start is not null)
        {
            Network.StartFrom(start.Tensors, dataset.Manifest.Labels, start.Labels);
        }

        Trainer = new Trainer(Network, options, format, time);
    }

    public DatasetReader Dataset { get; }

    public IReadOnlyList<Sample> Samples { get; }

    /// <summary>Neither side is empty.</summary>
    public Split Split { get; }

    public DatasetBatchSource Source { get; }

    public SpectrogramNetwork Network { get; }

    public Trainer Trainer { get; }

    /// <summary>Threads of libtorch.</summary>
    public int Threads { get; }

    /// <summary>Spectrograms of every step: a batch, or all of them where they are fewer.</summary>
    public int SamplesPerStep { get; }

    /// <summary>The precision that is used.</summary>
    public Precision Precision { get; }

    /// <summary>See <see cref="Run.Warnings"/>.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <param name="start">The weights to begin with; null for weights drawn from the seed.</param>
    /// <param name="options">Where shards are kept, and how many; threads.</param>
    /// <param name="time">Measures rates and durations.</param>
    /// <exception cref="DatasetException">The dataset version is gone, damaged, or too small for its split or its labels.</exception>
    /// <exception cref="WeightsException">The weights to begin with are of another network.</exception>
    public static async Task<PreparedRun> CreateAsync(
        RunSettings settings,
        StartingWeights? start,
        DatasetStore datasets,
        TrainingServiceOptions options,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var dataset = await datasets.FindAsync(settings.Dataset, settings.Version, cancellationToken)
            ?? throw new DatasetException($"{settings.Dataset} version {settings.Version} is no longer there.");
        var samples = await dataset.ReadSamplesAsync(cancellationToken);
        var split = ComputeSplit(samples, settings, dataset.Manifest.Labels.Count);
        var shards = new ShardCache(dataset, options.CacheDirectory, options.CacheMaxBytes, time, options.DecodedCacheMaxBytes);
        return new PreparedRun(settings, dataset, samples, split, shards, start, options.TorchThreads, time);
    }

    public void Dispose()
    {
        Trainer.Dispose();
        Network.Dispose();
    }

    /// <summary>Of the training side only: what is measured with must not be known before.</summary>
    private static TabularNormalization NormalizationOf(IReadOnlyList<Sample> samples, Split split) =>
        TabularFeatures.Measure([.. split.Training.Select(index => samples[index])]).ToNormalization();

    private static Split ComputeSplit(IReadOnlyList<Sample> samples, RunSettings settings, int labels)
    {
        var split = new RunSplit(settings.Split, settings.MissingTabular).Compute(samples);
        return split.Training.Count >= labels && split.Validation.Count > 0
            ? split
            : throw new DatasetException(
                $"The split leaves {split.Training.Count} spectrograms to train on, for {labels} labels, and {split.Validation.Count} to measure with. "
                + "Import more artists, or split by track; and with missingTabular \"drop\", only samples with every tabular feature count.");
    }
}
