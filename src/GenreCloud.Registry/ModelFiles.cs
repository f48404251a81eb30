namespace GenreCloud.Registry;

/// <summary>The files of a model version.</summary>
/// <param name="Onnx">The serialized ONNX model.</param>
/// <param name="Weights">
/// The network's weights in the safetensors format, by which a training can start from this version; null where they are not known.
/// </param>
public sealed record ModelFiles(ReadOnlyMemory<byte> Onnx, ReadOnlyMemory<byte>? Weights = null);
