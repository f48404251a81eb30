using GenreCloud.Registry;

namespace GenreCloud.Inference.OpenInference;

/// <summary>The protocol's names of the types that GenreCloud's models have.</summary>
internal static class TensorDataType
{
    public static string OpenInferenceName(this TensorType type) => type switch
    {
        TensorType.UInt8 => "UINT8",
        TensorType.Float32 => "FP32",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "The protocol's name of this type is not known."),
    };

    /// <returns>Bytes of one element.</returns>
    public static int Size(this TensorType type) => type == TensorType.UInt8 ? sizeof(byte) : sizeof(float);
}
