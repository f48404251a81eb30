using System.Collections.Immutable;
using static TorchSharp.torch;

namespace GenreCloud.Modeling.Checkpoints;

/// <summary>A tensor of a checkpoint.</summary>
/// <param name="ElementType">Float32, Float64, Float16, BFloat16, Int64, Int32, Int16, Int8, Byte or Bool.</param>
/// <param name="Shape">Sizes, at most 8; empty for a scalar.</param>
/// <param name="Data">The elements in row-major order, little-endian, without gaps. A part of the file's memory where it can be.</param>
public sealed record CheckpointTensor(ScalarType ElementType, ImmutableArray<long> Shape, ReadOnlyMemory<byte> Data)
{
    /// <summary>A copy for libtorch.</summary>
    internal Tensor ToTorch()
    {
        var result = empty([.. Shape], ElementType);
        Data.Span.CopyTo(result.bytes);
        return result;
    }
}
