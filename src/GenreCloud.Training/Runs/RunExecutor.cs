using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Batches;
using GenreCloud.Datasets.Samples;
using GenreCloud.Datasets.Shards;
using GenreCloud.Datasets.Splits;
using GenreCloud.Modeling;
using GenreCloud.Onnx;
using GenreCloud.Registry;
using GenreCloud.Storage;
using Microsoft.Extensions.Options;

namespace GenreCloud.Training.Runs;

/// <summary>
/// Executes a run inside its own process: fetches the dataset, trains, exports to ONNX, proves that ONNX Runtime agrees, and
/// registers the model. What stops it for good is written into the run's document.
/// </summary>
internal sealed partial class RunExecutor(
    RunStore runs,
    DatasetStore datasets,
    ModelRegistry registry,
    IOptions<TrainingServiceOptions> options,
    TimeProvider time,
    ILogger<RunExecutor> logger)
{
    /// <summary>How many real spectrograms ONNX Runtime and TorchSharp are compared on.</summary>
    private const int ParitySamples = 64;

    /// <summary>How far apart the two may be in a logit or probability; also how far another machine may be from the golden answer.</summary>
    private const double Tolerance = 1e-4;

    private static readonly string ProductVersion =
        typeof(RunExecutor).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>Executes the run to its end, good or bad.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="parent">The trace that the run belongs to; default for none.</param>
    /// <param name="cancellationToken">Ends the work; the run has then not ended.</param>
    /// <exception cref="JobNotFoundException">There is no such run.</exception>
    /// <exception cref="Exception">The storage failed (<see cref="RunFailure.IsOfStorage"/>); the run has not ended.</exception>
    public async Task ExecuteAsync(string runId, ActivityContext parent, CancellationToken cancellationToken)
    {
        _ = parent;
        try
        {
            TorchRuntime.EnsureLoaded();
            var run = await runs.UpdateAsync(
                runId,
                run => run with { Status = RunStatus.Preparing, StartedAt = time.GetUtcNow(), Epochs = [], Progress = null },
                cancellationToken);
            if (!run.HasEnded)
            {
                await TrainAndRegisterAsync(run, cancellationToken);
            }
        }
        catch (Exception exception) when (
            !cancellationToken.IsCancellationRequested && exception is not JobNotFoundException && !RunFailure.IsOfStorage(exception))
        {
            var error = RunFailure.Explain(exception, options.Value.CacheDirectory);
            if (error is null)
            {
                LogUnexpected(exception, runId);
                error = RunFailure.Describe(exception);
            }

            await runs.FailAsync(runId, error.Title, error.Detail, cancellationToken);
        }
    }

    private async Task TrainAndRegisterAsync(Run run, CancellationToken cancellationToken)
    {
        var settings = run.Settings;
        var dataset = await datasets.FindAsync(settings.Dataset, settings.Version, cancellationToken)
            ?? throw new DatasetException($"{settings.Dataset} version {settings.Version} is no longer there.");
        var labels = dataset.Manifest.Labels;
        var samples = await dataset.ReadSamplesAsync(cancellationToken);
        var split = ComputeSplit(samples, settings.Split);

        using var shards = await ShardCache.OpenAsync(dataset, options.Value.CacheDirectory, cancellationToken);
        var trainingOptions = new TrainingOptions
        {
            Epochs = settings.Epochs,
            BatchSize = settings.BatchSize,
            LearningRate = settings.LearningRate,
            WeightDecay = settings.WeightDecay,
            Precision = settings.Precision,
            Threads = options.Value.Threads > 0 ? options.Value.Threads : Environment.ProcessorCount,
        };
        var source = new DatasetBatchSource(new SpectrogramBatches(shards, samples, labels), split, trainingOptions, settings.Seed);
        var (format, reason) = CpuTraining.FormatFor(settings.Precision);
        if (reason is not null)
        {
            LogOtherPrecision(run.Id, settings.Precision, reason);
        }

        using var network = Architecture.Named(settings.Architecture).Create(labels.Count, settings.Seed);
        using var trainer = new Trainer(network, trainingOptions, format, time);
        var epochs = await TrainAsync(run, trainer, source, cancellationToken);

        await runs.UpdateAsync(run.Id, current => current with { Status = RunStatus.Registering }, cancellationToken);
        network.Format = ComputeFormat.ChannelsLast;
        var onnx = OnnxClassifier.Export(network, labels, new OnnxModelInfo(settings.Architecture, "GenreCloud", ProductVersion));
        var parity = OnnxParity.Measure(
                onnx, network, await source.ReadSomeAsync(ParitySamples, cancellationToken), threads: trainingOptions.Threads, cancellationToken: cancellationToken)
            .RequireAgreement(Tolerance);

        var description = new ModelDescription
        {
            Architecture = settings.Architecture,
            Labels = labels,
            Signature = ModelSignature.ForSpectrograms(labels.Count),
            Metrics = new ModelMetrics
            {
                Epochs = epochs,
                ValidationLoss = epochs[^1].ValidationLoss,
                Top1 = epochs[^1].ValidationTop1,
                Top5 = epochs[^1].ValidationTop5,
                MajorityBaseline = MajorityBaseline(samples, split),
                ValidationSamples = split.Validation.Count,
                Parity = new ExportParity(Math.Max(parity.MaxLogitDifference, parity.MaxProbabilityDifference), parity.Samples, Tolerance),
            },
            ConfusionMatrix = await ConfusionMatrix.MeasureAsync(trainer, source, labels.Count, cancellationToken),
            Lineage = LineageOf(run, dataset),
            Golden = GoldenAnswer.Of(network, await dataset.ReadPngAsync(samples[split.Validation[0]], cancellationToken), Tolerance),
        };
        var card = await registry.RegisterAsync(settings.Model, onnx, description, who: $"run {run.Id}", cancellationToken);
        var result = new RunResult
        {
            Model = card.Model,
            ModelVersion = card.Version,
            TrainingSamples = split.Training.Count,
            ValidationSamples = split.Validation.Count,
            Top1 = card.Metrics.Top1!.Value,
            Top5 = card.Metrics.Top5!.Value,
            MajorityBaseline = card.Metrics.MajorityBaseline!.Value,
            ImagesPerSecond = epochs.Average(epoch => epoch.ImagesPerSecond),
            ParityMaxDifference = card.Metrics.Parity.MaxAbsoluteDifference,
            ParitySamples = card.Metrics.Parity.Samples,
            Precision = format == ComputeFormat.ChannelsLastBFloat16 ? Precision.Bf16 : Precision.Fp32,
            PeakMemoryBytes = Process.GetCurrentProcess().PeakWorkingSet64,
        };
        await runs.UpdateAsync(
            run.Id, current => current with { Status = RunStatus.Completed, Result = result, EndedAt = time.GetUtcNow() }, cancellationToken);
    }

    private async Task<List<EpochMetrics>> TrainAsync(Run run, Trainer trainer, DatasetBatchSource source, CancellationToken cancellationToken)
    {
        await runs.UpdateAsync(run.Id, current => current with { Status = RunStatus.Training }, cancellationToken);
        var log = await runs.BeginMetricsAsync(run.Id, cancellationToken);
        await using var progress = new JobProgress<Run>(runs, run.Id, time);
        var steps = new StepReports(step => progress.Post(current => current with { Progress = step }, cancellationToken), run.Settings.BatchSize, time);
        var epochs = new List<EpochMetrics>();
        await foreach (var epoch in trainer.TrainAsync(source, steps, cancellationToken))
        {
            var metrics = new EpochMetrics
            {
                Epoch = epoch.Epoch + 1,
                TrainingLoss = epoch.Training.Loss,
                TrainingTop1 = epoch.Training.Top1,
                TrainingTop5 = epoch.Training.Top5,
                ValidationLoss = epoch.Validation!.Loss,
                ValidationTop1 = epoch.Validation.Top1,
                ValidationTop5 = epoch.Validation.Top5,
                ImagesPerSecond = epoch.ImagesPerSecond,
                Seconds = epoch.Duration.TotalSeconds,
            };
            epochs.Add(metrics);
            await progress.FlushAsync(cancellationToken);
            await log.AppendAsync(metrics, cancellationToken);
            await runs.UpdateAsync(run.Id, current => current with { Epochs = [.. epochs] }, cancellationToken);
        }

        return epochs;
    }

    private static Split ComputeSplit(IReadOnlyList<Sample> samples, SplitSpec spec)
    {
        var split = Split.Compute(samples, spec);
        return split.Training.Count > 0 && split.Validation.Count > 0
            ? split
            : throw new DatasetException(
                $"The split leaves {split.Training.Count} spectrograms to train on and {split.Validation.Count} to measure with. "
                + "Import more artists, or split by track.");
    }

    /// <summary>The share of validation samples that always answering the most frequent training label gets right.</summary>
    private static double MajorityBaseline(IReadOnlyList<Sample> samples, Split split)
    {
        var majority = split.Training.CountBy(index => samples[index].Label)
            .OrderByDescending(label => label.Value).ThenBy(label => label.Key, StringComparer.Ordinal)
            .First().Key;
        return split.Validation.Count(index => samples[index].Label == majority) / (double)split.Validation.Count;
    }

    private static ModelLineage LineageOf(Run run, DatasetReader dataset) => new()
    {
        Dataset = new DatasetReference(
            dataset.Manifest.Name, dataset.Manifest.Version.ToString(System.Globalization.CultureInfo.InvariantCulture), dataset.ManifestSha256),
        RunId = run.Id,
        Hyperparameters = JsonSerializer.SerializeToElement(run.Settings, GenreCloudJson.Options),
        Seed = run.Settings.Seed,
        Commit = ProductVersion,
    };

    [LoggerMessage(LogLevel.Error, "Run {RunId} failed unexpectedly")]
    private partial void LogUnexpected(Exception exception, string runId);

    [LoggerMessage(LogLevel.Warning, "Run {RunId} does not get the precision {Precision} that it asks for. {Reason}")]
    private partial void LogOtherPrecision(string runId, Precision precision, string reason);
}
