using System.Globalization;
using System.Reflection;
using System.Text.Json;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Samples;
using GenreCloud.Datasets.Splits;
using GenreCloud.Modeling;
using GenreCloud.Onnx;
using GenreCloud.Registry;
using GenreCloud.Storage;

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
    /// <param name="epochs">The run's epochs, at least one.</param>
    /// <exception cref="OnnxParityException">ONNX Runtime and TorchSharp do not agree.</exception>
    public static async Task<ModelExport> CreateAsync(
        Run run, PreparedRun prepared, IReadOnlyList<EpochMetrics> epochs, CancellationToken cancellationToken)
    {
        var (network, dataset, split) = (prepared.Network, prepared.Dataset, prepared.Split);
        var labels = dataset.Manifest.Labels;
        network.Format = ComputeFormat.ChannelsLast;
        var onnx = OnnxClassifier.Export(network, labels, new OnnxModelInfo(run.Settings.Architecture, "GenreCloud", ProductVersion));
        var real = await prepared.Source.ReadSomeAsync(ParitySamples, cancellationToken);
        var parity = OnnxParity.Measure(
                onnx,
                network,
                real.Pixels,
                real.Tabular,
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
                ValidationLoss = epochs[^1].ValidationLoss,
                Top1 = epochs[^1].ValidationTop1,
                Top5 = epochs[^1].ValidationTop5,
                MajorityBaseline = MajorityBaseline(prepared.Samples, split),
                ValidationSamples = split.Validation.Count,
                Parity = new ExportParity(Math.Max(parity.MaxLogitDifference, parity.MaxProbabilityDifference), parity.Samples, Tolerance),
            },
            ConfusionMatrix = await ConfusionMatrix.MeasureAsync(prepared.Trainer, prepared.Source, labels.Count, cancellationToken),
            Lineage = LineageOf(run, dataset),
            Golden = GoldenAnswer.Of(network, await dataset.ReadPngAsync(example, cancellationToken), example, Tolerance),
        };
        return new ModelExport(onnx, description);
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
            dataset.Manifest.Name, dataset.Manifest.Version.ToString(CultureInfo.InvariantCulture), dataset.ManifestSha256),
        RunId = run.Id,
        Hyperparameters = JsonSerializer.SerializeToElement(run.Settings, GenreCloudJson.Options),
        Seed = run.Settings.Seed,
        Commit = ProductVersion,
    };
}
