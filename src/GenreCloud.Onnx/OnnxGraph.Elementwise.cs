using System.Collections.Immutable;

namespace GenreCloud.Onnx;

/// <content>Arithmetic on elements, with NumPy's broadcasting.</content>
public sealed partial class OnnxGraph
{
    public OnnxValue Add(OnnxValue left, OnnxValue right, string name) => Arithmetic("Add", left, right, name);

    public OnnxValue Subtract(OnnxValue left, OnnxValue right, string name) => Arithmetic("Sub", left, right, name);

    public OnnxValue Multiply(OnnxValue left, OnnxValue right, string name) => Arithmetic("Mul", left, right, name);

    public OnnxValue Divide(OnnxValue left, OnnxValue right, string name) => Arithmetic("Div", left, right, name);

    /// <summary>The same numbers in another element type.</summary>
    public OnnxValue Cast(OnnxValue input, OnnxElementType elementType, string name) =>
        AddNode("Cast", name, [input], elementType, input.Shape, Attribute("to", (long)elementType));

    private OnnxValue Arithmetic(string operation, OnnxValue left, OnnxValue right, string name)
    {
        Require(left.ElementType == right.ElementType, name, "two inputs of one type", left, right);
        return AddNode(operation, name, [left, right], left.ElementType, Broadcast(left, right, name));
    }

    private static ImmutableArray<OnnxDimension> Broadcast(OnnxValue left, OnnxValue right, string name)
    {
        var rank = Math.Max(left.Rank, right.Rank);
        return [.. Enumerable.Range(0, rank).Select(axis => Common(Dimension(left, axis), Dimension(right, axis)))];

        OnnxDimension Dimension(OnnxValue value, int axis)
        {
            var own = axis - (rank - value.Rank);
            return own < 0 ? 1 : value.Shape[own];
        }

        OnnxDimension Common(OnnxDimension a, OnnxDimension b)
        {
            Require(a == b || a == 1 || b == 1, name, "two shapes that broadcast", left, right);
            return a == 1 ? b : a;
        }
    }
}
