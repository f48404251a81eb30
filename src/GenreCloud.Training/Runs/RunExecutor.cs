using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using GenreCloud.Datasets;
using GenreCloud.Modeling;
using GenreCloud.Onnx;
using GenreCloud.Registry;
using GenreCloud.Storage;
using Microsoft.Extensions.Options;

namespace GenreCloud.Training.Runs;

/// <summary>
/// Executes a run inside its own process: fetches the dataset, trains, exports to ONNX, proves that ONNX Runtime agrees, and
/// registers the model. Whatever stops it is written into the run's document.
/// </summary>
internal sealed class RunExecutor(
    RunStore runs, DatasetStore datasets, ModelRegistry registry, IOptions<TrainingServiceOptions> options, TimeProvider time)
{
    /// <summary>How many real spectrograms ONNX Runtime and TorchSharp are compared on, and how far apart they may be.</summary>
    private const int ParitySamples = 64;
    private const double ParityTolerance = 1e-4;

    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(500);

    public async Task ExecuteAsync(string runId, CancellationToken cancellationToken)
    {
        try
        {
            TorchRuntime.EnsureLoaded();
            var run = await runs.UpdateAsync(
                runId, run => run with { Status = RunStatus.Preparing, StartedAt = time.GetUtcNow(), Epochs = [], Progress = null }, cancellationToken);
            if (!run.HasEnded)
            {
                await TrainAndRegisterAsync(run, cancellationToken);
            }
        }
        catch (TorchNotLoadedException exception)
        {
            await runs.FailAsync(runId, "libtorch cannot be loaded on this machine", exception.Message, cancellationToken);
        }
        catch (TrainingDivergedException exception)
        {
            await runs.FailAsync(runId, "The loss is no longer a number", exception.Message, cancellationToken);
        }
        catch (OnnxParityException exception)
        {
            await runs.FailAsync(runId, "ONNX Runtime and TorchSharp do not agree", exception.Message, cancellationToken);
        }
    }

    private async Task TrainAndRegisterAsync(Run run, CancellationToken cancellationToken)
    {
        var settings = run.Settings;
        var manifest = await datasets.ReadManifestAsync(settings.Dataset, settings.Version, cancellationToken);
        var samples = await datasets.ReadSamplesAsync(settings.Dataset, settings.Version, cancellationToken);
        var split = Split.Compute(samples, settings.Split);
        if (split.Training.Count == 0 || split.Validation.Count == 0)
        {
            await runs.FailAsync(
                run.Id,
                "The split leaves one side empty",
                $"{split.Training.Count} spectrograms to train on and {split.Validation.Count} to measure with: "
                + "import more artists, or split by track.",
                cancellationToken);
            return;
        }

        var shards = await new ShardCache(options.Value.CacheDirectory).EnsureAsync(datasets, manifest, cancellationToken);
        var trainingOptions = new TrainingOptions
        {
            Epochs = settings.Epochs,
            BatchSize = settings.BatchSize,
            LearningRate = settings.LearningRate,
            WeightDecay = settings.WeightDecay,
            Precision = settings.Precision,
            Threads = options.Value.Threads > 0 ? options.Value.Threads : Environment.ProcessorCount,
        };
        var source = new DatasetBatchSource(shards, samples, manifest.Labels, split, trainingOptions, settings.Seed);

        using var network = Architecture.Named(settings.Architecture).Create(manifest.Labels.Count, settings.Seed);
        var (format, _) = CpuTraining.FormatFor(settings.Precision);
        using var trainer = new Trainer(network, trainingOptions, format, time);
        var epochs = await TrainAsync(run, trainer, source, cancellationToken);
        await runs.UpdateAsync(run.Id, current => current with { Status = RunStatus.Registering }, cancellationToken);

        var onnx = OnnxClassifier.Export(network, manifest.Labels, new OnnxModelInfo(settings.Architecture, "GenreCloud", ProductVersion));
        var paritySource = source.First(ParitySamples);
        var parity = OnnxParity.Measure(onnx, network, await paritySource, cancellationToken: cancellationToken).RequireAgreement(ParityTolerance);
    }
}
