using System.Globalization;
using System.Text.RegularExpressions;
using GenreCloud.Datasets;
using GenreCloud.Modeling;
using GenreCloud.Onnx;
using GenreCloud.Storage;
using Microsoft.Extensions.Options;
using TorchSharp;

namespace GenreCloud.Training.Runs;

/// <summary>
/// Finds out which smaller batches fit into the memory where a run's did not, by making the run's first step with 2, 3, 4, 6, 8, 12 ...
/// spectrograms and exporting its network, in a process of its own that may die of it: each size is told as soon as it did.
/// </summary>
internal sealed partial class BatchSizeTrial(RunStore runs, DatasetStore datasets, IOptions<TrainingServiceOptions> options, TimeProvider time)
{
    /// <summary>The smallest that batch normalisation can learn from.</summary>
    private const int Smallest = 2;

    /// <summary>As many as are scored at once after an epoch, which takes memory, too.</summary>
    private const int Scored = 8;

    /// <summary>Held while it tries: a whole run's collected heap, buffers and pieces of memory are larger than those of its first step.</summary>
    private const int ReservedBytes = 256 * 1024 * 1024;

    /// <summary>
    /// The batch to take: the one below the largest that fitted, since what a step takes besides its activations differs from step to step.
    /// </summary>
    /// <param name="output">What <see cref="RunAsync"/> has told.</param>
    /// <returns>Null when not even the smallest fits.</returns>
    public static int? AdvisedBy(string output)
    {
        var fitting = Telling().Matches(output);
        return fitting.Count > 0 ? int.Parse(fitting[^Math.Min(2, fitting.Count)].Groups["size"].Value, CultureInfo.InvariantCulture) : null;
    }

    /// <summary>Tries sizes up to the run's own.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="output">Told of each size that fits.</param>
    /// <param name="cancellationToken">Ends the trial.</param>
    /// <exception cref="JobNotFoundException">There is no such run.</exception>
    public async Task RunAsync(string runId, TextWriter output, CancellationToken cancellationToken)
    {
        var run = await runs.FindAsync(runId, cancellationToken) ?? throw new JobNotFoundException(runId);
        TorchRuntime.EnsureLoaded();
        using var reserved = torch.ones(ReservedBytes, torch.ScalarType.Byte);
        var isWhole = false;
        for (var size = Smallest; size < run.Settings.BatchSize && !isWhole; size = After(size))
        {
            var settings = run.Settings with { BatchSize = size, LearningRate = TrainingOptions.DefaultLearningRate };
            using var prepared = await PreparedRun.CreateAsync(settings, start: null, datasets, options.Value, time, cancellationToken);
            isWhole = prepared.SamplesPerStep < size;
            await StepAsync(prepared, cancellationToken);
            await ScoreAndExportAsync(prepared, cancellationToken);
            await output.WriteLineAsync($"batchSize {size} fits");
        }
    }

    /// <summary>Powers of two, and those and a half between them.</summary>
    private static int After(int size) => int.IsPow2(size) ? size / 2 * 3 : size / 3 * 4;

    private static async Task StepAsync(PreparedRun prepared, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await foreach (var _ in prepared.Trainer.TrainAsync(prepared.Source, new FirstStep(enough), enough.Token))
            {
                break;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The step is made.
        }
    }

    /// <summary>What comes after the steps takes memory of its own, which does not depend on the batch.</summary>
    private static async Task ScoreAndExportAsync(PreparedRun prepared, CancellationToken cancellationToken)
    {
        var some = await prepared.Source.ReadSomeAsync(Scored, cancellationToken);
        await prepared.Trainer.AnswerAsync(some, cancellationToken);
        prepared.Network.Format = ComputeFormat.ChannelsLast;
        var onnx = OnnxClassifier.Export(prepared.Network, prepared.Dataset.Manifest.Labels, new OnnxModelInfo("trial", "GenreCloud", "0"));
        OnnxParity.Measure(onnx, prepared.Network, some.Pixels, some.Tabular, threads: prepared.Threads, cancellationToken: cancellationToken);
    }

    [GeneratedRegex(@"^batchSize (?<size>[0-9]+) fits$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Telling();

    private sealed class FirstStep(CancellationTokenSource enough) : IProgress<StepResult>
    {
        public void Report(StepResult value) => enough.Cancel();
    }
}
