using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace GenreCloud.Registry;

/// <summary>An input or output of a model.</summary>
/// <param name="Name">As in the ONNX graph.</param>
/// <param name="Type">Of one element.</param>
/// <param name="Shape">Row-major, the batch first; -1 where any size is accepted.</param>
public sealed record TensorSpec(string Name, TensorType Type, IReadOnlyList<int> Shape);

/// <summary>The type of a tensor's elements.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "Element types are what these names name.")]
public enum TensorType
{
    [JsonStringEnumMemberName("uint8")]
    UInt8,

    [JsonStringEnumMemberName("float32")]
    Float32,
}
