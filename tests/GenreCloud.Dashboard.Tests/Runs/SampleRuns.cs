using GenreCloud.Client.Runs;

namespace GenreCloud.Dashboard.Tests.Runs;

/// <summary>Runs as the service tells them.</summary>
internal static class SampleRuns
{
    public static RunSettings Settings { get; } = new(
        "genres", 1, "crnn", "genres", StartFrom: null, Register: true, Epochs: 10, BatchSize: 16, LearningRate.Auto, WeightDecay: 0.01, LabelSmoothing: 0, ClassBalance.None,
        GradientClip: null, EarlyStoppingPatience: null, WeightSelection.Last, new Augmentation(), Seed: 1, Precision.Fp32, new Split(), MissingTabular: null);

    public static Run Training { get; } = new(
        "0123", Settings, Sweep: null, RunStatus.Training, Progress: null, Epochs: [], RangeTest: null, Warnings: [], Checkpoint: null, Attempt: null, PendingResult: null,
        Result: null, Error: null, new DateTimeOffset(2026, 11, 28, 12, 0, 0, TimeSpan.Zero), StartedAt: null, EndedAt: null);

    public static EpochMetrics Epoch(int number) => new(number, 2, 0.3, 0.8, 1.9, 0.35, 0.85, 20, 30);

    public static StepMade Step(int number, double loss = 2) => new(new StepMetrics(1, number, loss, 0.001, 1, 20));
}
