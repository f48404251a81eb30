namespace GenreCloud.Registry;

/// <summary>
/// Whether a model's confidence (the probability of its answer) is the share of answers that are right, before and after its logits are divided by one
/// temperature (Guo et al., "On calibration of modern neural networks", 2017).
/// </summary>
public sealed record CalibrationReport
{
    /// <summary>
    /// What the model's graph divides the logits by before the softmax. In a model's card it was fitted to all samples of the evaluation; a later
    /// evaluation takes it as it is. Above 1 for a network that is too sure of itself; 1 when <see cref="UnscaledReason"/> says why.
    /// </summary>
    public required double Temperature { get; init; }

    /// <summary>Why there is no temperature; null when there is one.</summary>
    public string? UnscaledReason { get; init; }

    /// <summary>Of the network itself, at temperature 1.</summary>
    public required Reliability Before { get; init; }

    /// <summary>
    /// With a temperature that was fitted to other artists: in a card the samples are divided by artists into five parts (fewer where the artists are
    /// fewer), and each part is measured with the temperature of the others; a later evaluation measures the model as it answers. Null when there is no
    /// temperature.
    /// </summary>
    public Reliability? After { get; init; }
}

/// <summary>Confidence against the share of right answers.</summary>
/// <param name="ExpectedCalibrationError">Mean over samples of the distance between both in the sample's bin: 0 is perfect.</param>
/// <param name="Loss">Mean cross-entropy, nats.</param>
/// <param name="Bins">Bins of equal width: bin i of n holds the confidences in (i/n, (i+1)/n].</param>
public sealed record Reliability(double ExpectedCalibrationError, double Loss, IReadOnlyList<ReliabilityBin> Bins);

/// <summary>The samples with a confidence between two bounds.</summary>
/// <param name="Samples">How many.</param>
/// <param name="Confidence">Their mean confidence; null when there are none.</param>
/// <param name="Accuracy">The share of right answers among them; null when there are none.</param>
public sealed record ReliabilityBin(int Samples, double? Confidence, double? Accuracy);
