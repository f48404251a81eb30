namespace GenreCloud.Registry;

/// <summary>What a model takes and gives.</summary>
public sealed record ModelSignature(IReadOnlyList<TensorSpec> Inputs, IReadOnlyList<TensorSpec> Outputs)
{
    public const string Spectrogram = "spectrogram";
    public const string Tabular = "tabular";
    public const string Logits = "logits";
    public const string Probabilities = "probabilities";

    /// <summary>
    /// The contract of all architectures without a tabular branch: <c>spectrogram</c> uint8 [batch,128,1292] to <c>logits</c>
    /// and <c>probabilities</c> float32 [batch,classes].
    /// </summary>
    public static ModelSignature ForSpectrograms(int classes) => new(
        [new TensorSpec(Spectrogram, TensorType.UInt8, [-1, MelFrontEnd.Standard.MelBands, MelFrontEnd.Standard.Frames])],
        [
            new TensorSpec(Logits, TensorType.Float32, [-1, classes]),
            new TensorSpec(Probabilities, TensorType.Float32, [-1, classes]),
        ]);
}
