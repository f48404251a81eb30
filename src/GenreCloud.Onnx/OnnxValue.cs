using System.Collections.Immutable;

namespace GenreCloud.Onnx;

/// <summary>
/// A value of an <see cref="OnnxGraph"/>: an input, a constant, or what a node computes. Only its type is known while the
/// graph is built, not its content.
/// </summary>
public sealed class OnnxValue
{
    internal OnnxValue(OnnxGraph graph, string name, OnnxElementType elementType, ImmutableArray<OnnxDimension> shape)
    {
        Graph = graph;
        Name = name;
        ElementType = elementType;
        Shape = shape;
    }

    /// <summary>The name in the file; unique in its graph. Naming an output changes it.</summary>
    public string Name { get; internal set; }

    public OnnxElementType ElementType { get; }

    /// <summary>The dimensions, outermost first; empty for a scalar.</summary>
    public ImmutableArray<OnnxDimension> Shape { get; }

    /// <summary>The number of dimensions.</summary>
    public int Rank => Shape.Length;

    internal OnnxGraph Graph { get; }

    /// <summary>Name and type for a message.</summary>
    /// <returns>For example <c>logits Float32 [batch,10]</c>.</returns>
    public override string ToString() => $"{Name} {ElementType} [{string.Join(',', Shape)}]";
}
