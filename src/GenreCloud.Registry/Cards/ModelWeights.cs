namespace GenreCloud.Registry;

/// <summary>weights.safetensors of a version: its network's parameters and buffers under their PyTorch names.</summary>
/// <param name="Sha256">64 lower-case hexadecimal digits.</param>
/// <param name="SizeBytes">Of the file.</param>
public sealed record ModelWeights(string Sha256, long SizeBytes);
