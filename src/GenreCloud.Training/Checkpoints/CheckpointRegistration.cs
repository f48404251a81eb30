using System.Diagnostics;
using System.Security.Cryptography;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;
using GenreCloud.Datasets.Samples;
using GenreCloud.Datasets.Tabular;
using GenreCloud.Modeling;
using GenreCloud.Modeling.Checkpoints;
using GenreCloud.Modeling.Weights;
using GenreCloud.Onnx;
using GenreCloud.Registry;
using GenreCloud.ServiceDefaults;
using GenreCloud.Storage;
using GenreCloud.Training.Runs;
using Microsoft.Extensions.Options;
using static TorchSharp.torch;

namespace GenreCloud.Training.Checkpoints;

/// <summary>
/// Makes a model version of a PyTorch checkpoint, inside a process of its own: reads it, puts it into its network, exports to ONNX, proves
/// that ONNX Runtime agrees, and registers.
/// </summary>
internal sealed partial class CheckpointRegistration(
    DatasetStore datasets, ModelRegistry registry, IOptions<TrainingServiceOptions> options, ILogger<CheckpointRegistration> logger)
{
    /// <summary>Registers a checkpoint.</summary>
    /// <param name="request">What is to become of it.</param>
    /// <param name="file">Where it lies.</param>
    /// <param name="parent">The trace that this belongs to; default for one of its own.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The version, or the problem.</returns>
    /// <exception cref="Exception">The storage failed (<see cref="RunFailure.IsOfStorage"/>); another attempt may succeed.</exception>
    public Task<CheckpointOutcome> RegisterAsync(CheckpointRequest request, string file, ActivityContext parent, CancellationToken cancellationToken) =>
        TracedWork.RunAsync(() => TrainingTelemetry.StartCheckpoint(request.Model, request.Architecture, parent), async span =>
        {
            try
            {
                var card = await RegisterAsync(request, file, cancellationToken);
                span?.SetModelVersion(card.Model, card.Version);
                return new CheckpointOutcome { Version = card.Version };
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested && !RunFailure.IsOfStorage(exception))
            {
                span?.Fail(exception);
                return Explain(exception);
            }
        });

    private async Task<ModelCard> RegisterAsync(CheckpointRequest request, string file, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> bytes = await File.ReadAllBytesAsync(file, cancellationToken);
        var checkpoint = PyTorchCheckpoint.Read(bytes);
        TorchRuntime.EnsureLoaded();
        set_num_threads(options.Value.TorchThreads);

        var architecture = Architecture.Named(request.Architecture);
        var labels = LabelsOf(request, checkpoint.CountClasses(architecture));
        var dataset = await FindDatasetAsync(request, cancellationToken);
        var samples = dataset is null ? [] : await dataset.ReadSamplesAsync(cancellationToken);
        var needsStatistics = architecture.TabularColumns > 0 && !HasStatistics(checkpoint);
        var normalization = needsStatistics ? Measure(dataset, samples) : TabularNormalization.None(architecture.TabularColumns);

        using var network = architecture.Create(new NetworkInputs(labels.Count, normalization), seed: 0);
        checkpoint.LoadInto(network, needsStatistics ? [TabularNormalization.BufferPrefix] : []);
        var pictures = await PicturesAsync(dataset, samples, network.TabularColumns, cancellationToken);
        const double temperature = 1;
        var export = CheckedOnnx.Export(
            network,
            architecture.Name,
            labels,
            temperature,
            pictures.SelectMany(picture => picture.Pixels).ToArray(),
            pictures.SelectMany(picture => picture.Tabular).ToArray(),
            options.Value.TorchThreads,
            cancellationToken);
        var golden = pictures[0];
        var description = new ModelDescription
        {
            Architecture = architecture.Name,
            Labels = labels,
            Signature = ModelSignature.ForSpectrograms(labels.Count, network.TabularColumns),
            Metrics = new ModelMetrics { Parity = export.Parity },
            Reference = dataset is null ? null : await DatasetReferenceStatistics.MeasureAsync(network, dataset, samples, cancellationToken),
            Lineage = new ModelLineage
            {
                Source = "a PyTorch checkpoint",
                Checkpoint = new CheckpointReference(Convert.ToHexStringLower(SHA256.HashData(bytes.Span)))
                {
                    FileName = request.FileName,
                    TabularStatistics = needsStatistics ? ModelExport.ReferenceTo(dataset!) : null,
                },
                Commit = CheckedOnnx.ProductVersion,
            },
            Golden = GoldenAnswer.Of(network, SpectrogramPng.Encode(golden.Pixels), golden.Tabular, temperature, CheckedOnnx.Tolerance),
        };
        return await registry.RegisterAsync(
            request.Model, new ModelFiles(export.Onnx, SafeTensors.Write(network)), description, who: "checkpoint", cancellationToken);
    }

    private static IReadOnlyList<string> LabelsOf(CheckpointRequest request, int classes)
    {
        var labels = request.Labels ?? PublishedLabels.Find(request.Architecture, classes) ?? throw Invalid(
            "The labels are not known", $"The checkpoint has {classes} classes and does not name them. Give their labels in the order of the outputs as labels, separated by commas.");
        return labels.Count == classes ? labels : throw Invalid(
            "The labels do not fit", $"There are {labels.Count} labels, and the checkpoint has {classes} classes. Give one for each, in the order of the outputs.");
    }

    private async Task<DatasetReader?> FindDatasetAsync(CheckpointRequest request, CancellationToken cancellationToken) => request.Dataset is { } name
        ? await datasets.FindAsync(name, request.DatasetVersion!.Value, cancellationToken)
            ?? throw new DatasetException($"{name} version {request.DatasetVersion} is no longer there.")
        : null;

    private static bool HasStatistics(PyTorchCheckpoint checkpoint) =>
        checkpoint.Tensors.Keys.Any(name => name.StartsWith(TabularNormalization.BufferPrefix, StringComparison.Ordinal));

    private static TabularNormalization Measure(DatasetReader? dataset, IReadOnlyList<Sample> samples) => dataset is { Manifest.Tabular.Count: > 0 }
        ? TabularFeatures.Measure(samples).ToNormalization()
        : throw Invalid(
            "The statistics of the tabular features are missing",
            (dataset is null ? "The checkpoint lacks them. " : $"The checkpoint lacks them, and {dataset.Manifest.Name} version {dataset.Manifest.Version} has no tabular features. ")
            + "Name a dataset with tabular features, best the one that the network was trained on, as dataset (and version): they are measured on it.");

    /// <summary>Real spectrograms from all over the dataset, or without one those of <see cref="FormulaSpectrograms"/>; at least one.</summary>
    private static async Task<IReadOnlyList<Picture>> PicturesAsync(
        DatasetReader? dataset, IReadOnlyList<Sample> samples, int columns, CancellationToken cancellationToken)
    {
        if (dataset is null)
        {
            return [.. FormulaSpectrograms.All.Index().Select(picture => new Picture(picture.Item, FormulaRow(picture.Index, columns)))];
        }

        var pictures = new List<Picture>();
        var count = Math.Min(CheckedOnnx.Samples, samples.Count);
        for (var i = 0; i < count; i++)
        {
            var sample = samples[(int)((long)i * samples.Count / count)];
            var pixels = new byte[SpectrogramFormat.Pixels];
            SpectrogramPng.Read(await dataset.ReadPngAsync(sample, cancellationToken), pixels);
            var row = new float[columns];
            if (columns > 0)
            {
                TabularFeatures.CopyTo(sample, row);
            }

            pictures.Add(new Picture(pixels, row));
        }

        return pictures;
    }

    /// <summary>Every other value is missing.</summary>
    private static float[] FormulaRow(int picture, int columns) =>
        [.. Enumerable.Range(0, columns).Select(column => (picture + column) % 2 == 0 ? float.NaN : (picture + 1f) / (column + 1f))];

    private CheckpointOutcome Explain(Exception exception)
    {
        var (status, title, detail) = exception switch
        {
            ProblemException problem => (problem.Status, problem.Title, problem.Detail),
            CheckpointException => (StatusCodes.Status400BadRequest, "The checkpoint cannot be used", exception.Message),
            OnnxParityException => (StatusCodes.Status400BadRequest, "ONNX Runtime and TorchSharp do not agree", exception.Message),
            TorchNotLoadedException => (StatusCodes.Status500InternalServerError, "libtorch cannot be loaded", exception.Message),
            DatasetException => (StatusCodes.Status500InternalServerError, "The dataset cannot be read", exception.Message),
            _ when RunFailure.IsOfMemory(exception) => (
                StatusCodes.Status500InternalServerError, "Memory ran out", $"{exception.FirstLine()} Free memory, then send the checkpoint again."),
            _ => default,
        };
        if (title is null)
        {
            LogUnexpected(exception);
            (status, (title, detail)) = (StatusCodes.Status500InternalServerError, RunFailure.Describe(exception));
        }

        return new CheckpointOutcome { Status = status, Title = title, Detail = detail };
    }

    private static ProblemException Invalid(string title, string detail) => new(StatusCodes.Status400BadRequest, title, detail);

    [LoggerMessage(LogLevel.Error, "A checkpoint could not be registered")]
    private partial void LogUnexpected(Exception exception);

    /// <param name="Pixels">uint8 [128,1292].</param>
    /// <param name="Tabular">float32 [columns], NaN = missing.</param>
    private sealed record Picture(byte[] Pixels, float[] Tabular);
}
