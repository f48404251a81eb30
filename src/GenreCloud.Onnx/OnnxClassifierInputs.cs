namespace GenreCloud.Onnx;

/// <summary>What a classifier's layers are given, prepared by nodes of the graph so that no client can get it wrong.</summary>
/// <param name="Spectrogram">Float32 [batch,1,128,1292] in [0,1]: pixel / 255.</param>
/// <param name="Tabular">Float32 [batch, <see cref="IOnnxExportable.TabularColumns"/>], raw, NaN = missing; null for a network without tabular columns.</param>
public sealed record OnnxClassifierInputs(OnnxValue Spectrogram, OnnxValue? Tabular);
