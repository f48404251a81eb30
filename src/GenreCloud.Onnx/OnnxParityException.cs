namespace GenreCloud.Onnx;

/// <summary>ONNX Runtime and TorchSharp do not agree about a model, so it must not be served.</summary>
public sealed class OnnxParityException : Exception
{
    internal OnnxParityException(OnnxParityResult result, double tolerance)
        : base(FormattableString.Invariant($"""
            ONNX Runtime and TorchSharp differ by up to {result.MaxLogitDifference:G3} in logits and {result.MaxProbabilityDifference:G3} in probabilities, more than {tolerance:G3}, and name the same class for {result.ArgmaxAgreements} of {result.Samples} samples. The worst sample is number {result.WorstSample}.
            """))
    {
        Result = result;
        Tolerance = tolerance;
    }

    /// <summary>What was measured.</summary>
    public OnnxParityResult Result { get; }

    /// <summary>The largest difference that would have been accepted.</summary>
    public double Tolerance { get; }
}
