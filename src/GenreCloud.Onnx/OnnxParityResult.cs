namespace GenreCloud.Onnx;

/// <summary>How far ONNX Runtime and TorchSharp are apart on the same samples.</summary>
/// <param name="Samples">How many were compared.</param>
/// <param name="MaxLogitDifference">The largest absolute difference of a logit; NaN if either side answered one that is not finite.</param>
/// <param name="MaxProbabilityDifference">The largest absolute difference of a probability; NaN likewise.</param>
/// <param name="ArgmaxAgreements">For how many samples both name the same class first.</param>
/// <param name="WorstSample">The index, from 0, of the sample with the largest difference of a logit.</param>
public sealed record OnnxParityResult(
    int Samples,
    double MaxLogitDifference,
    double MaxProbabilityDifference,
    int ArgmaxAgreements,
    int WorstSample)
{
    /// <summary>
    /// Accepts a model whose logits and probabilities agree. The first class may differ where the two best are closer than
    /// the tolerance: neither side is wrong then.
    /// </summary>
    /// <param name="tolerance">The largest absolute difference allowed; 1e-4 is ample for float32.</param>
    /// <returns>This result.</returns>
    /// <exception cref="OnnxParityException">They differ by more, or an answer is not finite.</exception>
    public OnnxParityResult RequireAgreement(double tolerance = 1e-4)
    {
        // Not "greater than": a NaN must not pass.
        return MaxLogitDifference <= tolerance && MaxProbabilityDifference <= tolerance
            ? this
            : throw new OnnxParityException(this, tolerance);
    }
}
