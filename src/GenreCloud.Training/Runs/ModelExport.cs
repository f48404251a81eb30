using System.Globalization;
using System.Text.Json;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Tabular;
using GenreCloud.Modeling.Weights;
using GenreCloud.ModelRuntime.Monitoring;
using GenreCloud.Onnx;
using GenreCloud.Registry;
using GenreCloud.Storage;
using GenreCloud.Training.Evaluations;

namespace GenreCloud.Training.Runs;

/// <summary>A trained network as an ONNX model that was proved to answer as the network does, and what the registry is told of it.</summary>
/// <param name="Files">The ONNX model, and the weights that it was made of.</param>
/// <param name="Description">Its labels, metrics, lineage and golden answer.</param>
internal sealed record ModelExport(ModelFiles Files, ModelDescription Description)
{
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
        var real = await prepared.Source.ReadSomeAsync(CheckedOnnx.Samples, cancellationToken);
        var export = CheckedOnnx.Export(
            network, run.Settings.Architecture, labels, temperature, real.Pixels, real.Tabular, prepared.Threads, cancellationToken);
        var example = prepared.Samples[split.Validation[0]];
        var description = new ModelDescription
        {
            Architecture = run.Settings.Architecture,
            Labels = labels,
            Signature = ModelSignature.ForSpectrograms(labels.Count, network.TabularColumns),
            Metrics = new ModelMetrics
            {
                Epochs = epochs,
                PeakLearningRate = prepared.Trainer.PeakLearningRate,
                SelectedEpoch = prepared.Trainer.SelectedEpoch + 1,
                Parity = export.Parity,
            },
            Evaluation = evaluation.Report,
            UnsureThreshold = UnsureFit.Of(evaluation.Answers.Samples, temperature, run.Settings.Seed),
            Reference = ReferenceOf(prepared, evaluation, temperature),
            Warnings = prepared.Warnings,
            Lineage = LineageOf(run, dataset, evaluation.Split),
            Golden = GoldenAnswer.Of(network, await dataset.ReadPngAsync(example, cancellationToken), example, temperature, CheckedOnnx.Tolerance),
        };
        return new ModelExport(new ModelFiles(export.Onnx, SafeTensors.Write(network)), description);
    }

    /// <summary>A dataset version as a card names it.</summary>
    public static DatasetReference ReferenceTo(DatasetReader dataset) => new(
        dataset.Manifest.Name, dataset.Manifest.Version.ToString(CultureInfo.InvariantCulture), dataset.ManifestSha256)
    {
        Licence = dataset.Manifest.Source.Licence,
    };

    /// <summary>Of the held-back samples: what the network learnt from it answers with more confidence than it will have later.</summary>
    private static ReferenceStatistics ReferenceOf(PreparedRun prepared, RunEvaluation evaluation, double temperature)
    {
        var samples = new List<double[]>();
        foreach (var (index, answer, figures) in prepared.Split.Validation.Zip(evaluation.Answers.Samples, evaluation.Figures))
        {
            var row = new float[prepared.Network.TabularColumns];
            if (row.Length > 0)
            {
                TabularFeatures.CopyTo(prepared.Samples[index], row);
            }

            samples.Add(SampleFigures.Of(figures, row, answer.Probabilities(temperature)));
        }

        return SampleFigures.Count(samples, prepared.Dataset.Manifest.Labels.Count);
    }

    private static ModelLineage LineageOf(Run run, DatasetReader dataset, DataSplit split) => new()
    {
        Dataset = ReferenceTo(dataset),
        Split = split,
        StartedFrom = run.Settings.StartFrom,
        RunId = run.Id,
        Hyperparameters = JsonSerializer.SerializeToElement(run.Settings, GenreCloudJson.Options),
        Seed = run.Settings.Seed,
        Commit = CheckedOnnx.ProductVersion,
    };
}
