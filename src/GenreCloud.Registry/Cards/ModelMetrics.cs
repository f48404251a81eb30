namespace GenreCloud.Registry;

/// <summary>
/// What training and export measured along the way. Accuracies are fractions of 1, losses are mean cross-entropy in nats. How good the model
/// is says its <see cref="EvaluationReport"/>.
/// </summary>
public sealed record ModelMetrics
{
    /// <summary>First epoch first.</summary>
    public IReadOnlyList<EpochMetrics> Epochs { get; init; } = [];

    /// <summary>The highest learning rate of the training's schedule, given or found by a range test; null for older cards and models that were not trained here.</summary>
    public double? PeakLearningRate { get; init; }

    /// <summary>The epoch whose weights the model has, from 1; null as above.</summary>
    public int? SelectedEpoch { get; init; }

    /// <summary>The exported graph against the network it was exported from.</summary>
    public required ExportParity Parity { get; init; }
}

/// <summary>One pass over the training samples.</summary>
public sealed record EpochMetrics : RunMetrics
{
    /// <summary>Over the training batches while they were learnt, each before its step; so are the training accuracies.</summary>
    public required double TrainingLoss { get; init; }

    public required double TrainingTop1 { get; init; }

    public required double TrainingTop5 { get; init; }

    /// <summary>Over all validation samples after the epoch; so are the validation accuracies.</summary>
    public required double ValidationLoss { get; init; }

    public required double ValidationTop1 { get; init; }

    public required double ValidationTop5 { get; init; }

    /// <summary>Rate of the training pass.</summary>
    public required double ImagesPerSecond { get; init; }

    /// <summary>Training and validation, wall clock.</summary>
    public required double Seconds { get; init; }
}

/// <summary>ONNX Runtime against TorchSharp on the same samples.</summary>
/// <param name="MaxAbsoluteDifference">Of any probability of any sample.</param>
/// <param name="Samples">How many were compared.</param>
/// <param name="Tolerance">What was allowed.</param>
public sealed record ExportParity(double MaxAbsoluteDifference, int Samples, double Tolerance);
