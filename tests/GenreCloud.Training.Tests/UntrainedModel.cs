using GenreCloud.Datasets;
using GenreCloud.Datasets.Png;
using GenreCloud.Datasets.Samples;
using GenreCloud.Modeling;
using GenreCloud.Onnx;
using GenreCloud.Registry;
using GenreCloud.Testing;
using GenreCloud.Training.Runs;

namespace GenreCloud.Training.Tests;

/// <summary>A registered network whose weights are as they were drawn: what it answers is no matter of training.</summary>
internal static class UntrainedModel
{
    public const string Name = "untrained";

    public static async Task<ModelCard> RegisterAsync(
        StorageAccount account, SpectrogramNetwork network, string[] labels, ModelLineage? lineage = null, EvaluationReport? evaluation = null)
    {
        await RunExecution.CreateContainersAsync(account);
        var pixels = new byte[SpectrogramFormat.Pixels];
        new Random(1).NextBytes(pixels);
        var temperature = evaluation?.Calibration?.Temperature ?? 1;
        var description = new ModelDescription
        {
            Architecture = "crnn",
            Labels = labels,
            Signature = ModelSignature.ForSpectrograms(labels.Length, network.TabularColumns),
            Metrics = new ModelMetrics { Parity = new ExportParity(0, 1, 1e-4) },
            Evaluation = evaluation,
            Lineage = lineage ?? new ModelLineage { Source = "a test" },
            Golden = GoldenAnswer.Of(
                network, SpectrogramPng.Encode(pixels), new SampleDescription { Id = "golden", Label = labels[0] }, temperature, tolerance: 1e-4),
        };
        return await new ModelRegistry(account.Blobs, TimeProvider.System).RegisterAsync(
            Name,
            new ModelFiles(OnnxClassifier.Export(network, labels, new OnnxModelInfo("crnn", "tests", "1"), temperature)),
            description,
            "tests",
            TestContext.Current.CancellationToken);
    }

    public static SpectrogramNetwork Crnn(int classes) => Architecture.Named("crnn").Create(new NetworkInputs(classes), seed: 1);
}
