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
                PeakLearningRate = 0.0014,
                SelectedEpoch = 2,
                Parity = new ExportParity(4.8e-7, 64, 1e-4),
            },
            Evaluation = new EvaluationReport
            {
                Loss = 0.9,
                Top1Interval = new ConfidenceInterval(0.25, 0.625, 12, 2000),
                Top3 = 0.875,
                Top5 = 1,
                MajorityBaseline = 0.125,
                ConfusionMatrix = [.. Enumerable.Range(0, classes).Select(row => (IReadOnlyList<int>)[.. Enumerable.Range(row, classes)])],
                Calibration = new CalibrationReport
                {
                    Temperature = 1.5,
                    Before = new Reliability(0.2, 0.9, [new ReliabilityBin(0, null, null), new ReliabilityBin(8, 0.75, 0.5)]),
                    After = new Reliability(0.1, 0.8, [new ReliabilityBin(0, null, null), new ReliabilityBin(8, 0.625, 0.5)]),
                },
                WorstSamples = [new SampleLoss("track-1", labels[0], labels[^1], 0.25, Math.Log(4))],
            },
            Lineage = new ModelLineage
            {
                Dataset = new DatasetReference("genres", "3", new string('a', 64)) { Licence = "CC-BY-4.0" },
                Split = new DataSplit
                {
                    Unit = SplitUnit.Artist,
                    Seed = 1,
                    ValidationFraction = 0.25,
                    TrainingSamples = [.. Enumerable.Range(1, classes)],
                    TrainingArtists = 40,
                    ValidationArtists = 12,
                    SharedArtists = 0,
                },
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
