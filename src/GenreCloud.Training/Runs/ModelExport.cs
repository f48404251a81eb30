using System.Globalization;
using System.Reflection;
using System.Text.Json;
using GenreCloud.Datasets;
using GenreCloud.Modeling;
using GenreCloud.Onnx;
using GenreCloud.Registry;
using GenreCloud.Storage;
using TorchSharp;

namespace GenreCloud.Training.Runs;

/// <summary>A trained network as an ONNX model that was proved to answer as the network does, and what the registry is told of it.</summary>
/// <param name="Onnx">The serialized ONNX model.</param>
/// <param name="Description">Its labels, metrics, lineage and golden answer.</param>
internal sealed record ModelExport(byte[] Onnx, ModelDescription Description)
{
    /// <summary>How many real spectrograms ONNX Runtime and TorchSharp are compared on.</summary>
    private const int ParitySamples = 64;

    /// <summary>How far apart the two may be in a logit or probability; also how far another machine may be from the golden answer.</summary>
    private const double Tolerance = 1e-4;

    private static readonly string ProductVersion =
        typeof(ModelExport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <param name="run">The run that trained it.</param>
    /// <param name="prepared">Holds the trained network.</param>
    /// <param name="evaluation">How good that is.</param>
    /// <param name="epochs">The run's epochs, at least one.</param>
    /// <exception cref="OnnxParityException">ONNX Runtime and TorchSharp do not agree.</exception>
    public static async Task<ModelExport> CreateAsync(
        Run run, PreparedRun prepared, RunEvaluation evaluation, IReadOnlyList<EpochMetrics> epochs, CancellationToken cancellationToken)
    {
        var (network, dataset, split) = (prepared.Network, prepared.Dataset, prepared.Split);
        var labels = dataset.Manifest.Labels;
        var temperature = evaluation.Report.Calibration!.Temperature;
        network.cpu().Format = ComputeFormat.ChannelsLast;
        var onnx = OnnxClassifier.Export(network, labels, new OnnxModelInfo(run.Settings.Architecture, "GenreCloud", ProductVersion), temperature);
        var real = await prepared.Source.ReadSomeAsync(ParitySamples, cancellationToken);
        var parity = OnnxParity.Measure(
                onnx,
                network,
                real.Pixels,
                real.Tabular,
                temperature,
                threads: prepared.Threads,
                cancellationToken: cancellationToken)
            .RequireAgreement(Tolerance);
        var example = prepared.Samples[split.Validation[0]];
        var description = new ModelDescription
        {
            Architecture = run.Settings.Architecture,
            Labels = labels,
            Signature = ModelSignature.ForSpectrograms(labels.Count, network.TabularColumns),
            Metrics = new ModelMetrics
            {
                Epochs = epochs,
                Parity = new ExportParity(Math.Max(parity.MaxLogitDifference, parity.MaxProbabilityDifference), parity.Samples, Tolerance),
            },
            Evaluation = evaluation.Report,
            Warnings = prepared.Warnings,
            Lineage = LineageOf(run, dataset, evaluation.Split),
            Golden = GoldenAnswer.Of(network, await dataset.ReadPngAsync(example, cancellationToken), example, temperature, Tolerance),
        };
        return new ModelExport(onnx, description);
    }

    private static ModelLineage LineageOf(Run run, DatasetReader dataset, DataSplit split) => new()
    {
        Dataset = new DatasetReference(
            dataset.Manifest.Name, dataset.Manifest.Version.ToString(CultureInfo.InvariantCulture), dataset.ManifestSha256)
        {
            Licence = dataset.Manifest.Source.Licence,
        },
        Split = split,
        RunId = run.Id,
        Hyperparameters = JsonSerializer.SerializeToElement(run.Settings, GenreCloudJson.Options),
        Seed = run.Settings.Seed,
        Commit = ProductVersion,
    };
}
