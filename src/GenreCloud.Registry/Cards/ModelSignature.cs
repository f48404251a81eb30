namespace GenreCloud.Registry;

/// <summary>What a model takes and gives.</summary>
public sealed record ModelSignature(IReadOnlyList<TensorSpec> Inputs, IReadOnlyList<TensorSpec> Outputs)
{
    public const string Spectrogram = "spectrogram";
    public const string Tabular = "tabular";
    public const string Logits = "logits";
    public const string Probabilities = "probabilities";

    /// <summary>
    /// The contract of all architectures: <c>spectrogram</c> uint8 [batch,128,1292], and with a tabular branch <c>tabular</c>
    /// float32 [batch,columns], to <c>logits</c> and <c>probabilities</c> float32 [batch,classes].
    /// </summary>
    /// <param name="classes">Number of labels.</param>
    /// <param name="tabularColumns">0 without a tabular branch.</param>
    public static ModelSignature ForSpectrograms(int classes, int tabularColumns = 0) => new(
        [
            new TensorSpec(Spectrogram, TensorType.UInt8, [-1, MelFrontEnd.Standard.MelBands, MelFrontEnd.Standard.Frames]),
            .. tabularColumns > 0 ? [new TensorSpec(Tabular, TensorType.Float32, [-1, tabularColumns])] : (TensorSpec[])[],
        ],
        [
            new TensorSpec(Logits, TensorType.Float32, [-1, classes]),
            new TensorSpec(Probabilities, TensorType.Float32, [-1, classes]),
        ]);
}
