using System.Text.Json;

namespace GenreCloud.Registry.Tests;

/// <summary>Descriptions and files to register.</summary>
internal static class ModelDescriptions
{
    public static ModelDescription Create(params string[] labels)
    {
        var classes = labels.Length;
        return new ModelDescription
        {
            Architecture = "crnn",
            Labels = labels,
            Signature = ModelSignature.ForSpectrograms(classes),
            Metrics = new ModelMetrics
            {
                Epochs = [Epoch(1, double.NaN, 27.5), Epoch(2, 0.9, 26)],
                ValidationLoss = 0.9,
                Top1 = 0.5,
                Top5 = 1,
                MajorityBaseline = 0.125,
                ValidationSamples = 64,
                Parity = new ExportParity(4.8e-7, 64, 1e-4),
            },
            ConfusionMatrix = [.. Enumerable.Range(0, classes).Select(row => (IReadOnlyList<int>)[.. Enumerable.Range(row, classes)])],
            Lineage = new ModelLineage
            {
                Dataset = new DatasetReference("genres", "2026-11-23", new string('a', 64)),
                RunId = "run-1",
                Hyperparameters = JsonSerializer.Deserialize<JsonElement>("""{"epochs":2,"batchSize":16}"""),
                Seed = 42,
                Commit = "7bbcd1f",
            },
            Golden = new GoldenExample
            {
                Png = [0x89, 0x50, 0x4E, 0x47],
                Logits = [.. Enumerable.Range(0, classes).Select(index => 0.1f * index)],
                Probabilities = [.. Enumerable.Repeat(1f / classes, classes)],
                Tolerance = 1e-4,
            },
        };
    }

    public static byte[] Onnx(int seed)
    {
        var bytes = new byte[1000];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static EpochMetrics Epoch(int number, double validationLoss, double seconds) => new()
    {
        Epoch = number,
        TrainingLoss = 2.1,
        TrainingTop1 = 0.25,
        TrainingTop5 = 0.75,
        ValidationLoss = validationLoss,
        ValidationTop1 = 0.5,
        ValidationTop5 = 1,
        ImagesPerSecond = 19.5,
        Seconds = seconds,
    };
}
