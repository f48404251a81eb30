namespace GenreCloud.Client.Evaluations;

/// <summary>Whether a model's confidence is the share of answers that are right, before and after its logits are divided by a temperature.</summary>
/// <param name="Temperature">What the model divides the logits by: above 1 for a network that is too sure of itself, 1 for none.</param>
/// <param name="UnscaledReason">Why there is no temperature; null when there is one.</param>
/// <param name="Before">At temperature 1.</param>
/// <param name="After">With the temperature, on artists that it was not fitted to; null when there is none.</param>
public sealed record CalibrationReport(double Temperature, string? UnscaledReason, Reliability Before, Reliability? After);

/// <summary>Confidence against the share of right answers.</summary>
/// <param name="ExpectedCalibrationError">Mean over samples of the distance between both in the sample's bin: 0 is perfect.</param>
/// <param name="Loss">Mean cross-entropy, nats.</param>
/// <param name="Bins">Bins of equal width: bin i of n holds the confidences in (i/n, (i+1)/n].</param>
public sealed record Reliability(double ExpectedCalibrationError, double Loss, IReadOnlyList<ReliabilityBin> Bins);

/// <summary>The samples with a confidence between two bounds.</summary>
/// <param name="Samples">How many.</param>
/// <param name="Confidence">Their mean confidence, 0 to 1; null when there are none.</param>
/// <param name="Accuracy">The share of right answers among them; null when there are none.</param>
public sealed record ReliabilityBin(int Samples, double? Confidence, double? Accuracy);
