using System.Diagnostics.CodeAnalysis;

namespace GenreCloud.Onnx;

/// <summary>The element types that GenreCloud's graphs use. The numbers are those of ONNX (<c>TensorProto.DataType</c>).</summary>
[SuppressMessage("Naming", "CA1720", Justification = "Element types are what these names name.")]
public enum OnnxElementType
{
    /// <summary>IEEE 754 binary32.</summary>
    Float32 = 1,

    /// <summary>Unsigned byte: the grey levels of a spectrogram.</summary>
    UInt8 = 2,

    /// <summary>Signed 64-bit integer: axes and sizes.</summary>
    Int64 = 7,

    /// <summary>True or false: conditions.</summary>
    Boolean = 9,
}
