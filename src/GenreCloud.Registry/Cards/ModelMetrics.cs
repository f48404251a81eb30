namespace GenreCloud.Registry;

/// <summary>What training and export measured. Accuracies are fractions of 1, losses are mean cross-entropy in nats.</summary>
public sealed record ModelMetrics
{
    /// <summary>First epoch first.</summary>
    public IReadOnlyList<EpochMetrics> Epochs { get; init; } = [];

    public double? ValidationLoss { get; init; }

    public double? Top1 { get; init; }

    public double? Top5 { get; init; }

    /// <summary>Top-1 accuracy of always answering the most frequent label, on the same validation samples.</summary>
    public double? MajorityBaseline { get; init; }

    public int? ValidationSamples { get; init; }

    /// <summary>The exported graph against the network it was exported from.</summary>
    public required ExportParity Parity { get; init; }
}

/// <summary>One pass over the training samples.</summary>
/// <param name="Epoch">1 for the first.</param>
/// <param name="Seconds">Training and validation, wall clock.</param>
public sealed record EpochMetrics(
    int Epoch, double TrainLoss, double ValidationLoss, double Top1, double Top5, double LearningRate, double Seconds);

/// <summary>ONNX Runtime against TorchSharp on the same samples.</summary>
/// <param name="MaxAbsoluteDifference">Of any probability of any sample.</param>
/// <param name="Samples">How many were compared.</param>
/// <param name="Tolerance">What was allowed.</param>
public sealed record ExportParity(double MaxAbsoluteDifference, int Samples, double Tolerance);
