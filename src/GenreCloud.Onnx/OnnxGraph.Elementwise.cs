using System.Collections.Immutable;

namespace GenreCloud.Onnx;

/// <content>Arithmetic on elements, with NumPy's broadcasting.</content>
public sealed partial class OnnxGraph
{
    public OnnxValue Add(OnnxValue left, OnnxValue right, string name) => Arithmetic("Add", left, right, name);

    public OnnxValue Subtract(OnnxValue left, OnnxValue right, string name) => Arithmetic("Sub", left, right, name);

    public OnnxValue Multiply(OnnxValue left, OnnxValue right, string name) => Arithmetic("Mul", left, right, name);

    public OnnxValue Divide(OnnxValue left, OnnxValue right, string name) => Arithmetic("Div", left, right, name);

    /// <summary>The square root of every element.</summary>
    public OnnxValue SquareRoot(OnnxValue input, string name) => Function("Sqrt", input, name);

    /// <summary>Every element without its sign.</summary>
    public OnnxValue Absolute(OnnxValue input, string name) => Function("Abs", input, name);

    /// <summary>The same numbers in another element type.</summary>
    public OnnxValue Cast(OnnxValue input, OnnxElementType elementType, string name) =>
        AddNode("Cast", name, [input], elementType, input.Shape, Attribute("to", (long)elementType));

    /// <summary>Whether an element is not a number.</summary>
    public OnnxValue IsNaN(OnnxValue input, string name)
    {
        Require(input.ElementType == OnnxElementType.Float32, name, "Float32", input);
        return AddNode("IsNaN", name, [input], OnnxElementType.Boolean, input.Shape);
    }

    /// <summary>One of two values, element by element.</summary>
    /// <param name="condition">Boolean.</param>
    /// <param name="whenTrue">Where the condition holds; broadcast to the condition's shape.</param>
    /// <param name="whenFalse">Elsewhere; of the condition's shape.</param>
    /// <param name="name">The node's name.</param>
    /// <exception cref="ArgumentException">Types or shapes do not fit.</exception>
    public OnnxValue Where(OnnxValue condition, OnnxValue whenTrue, OnnxValue whenFalse, string name)
    {
        Require(
            condition.ElementType == OnnxElementType.Boolean
                && whenTrue.ElementType == whenFalse.ElementType
                && condition.Shape.SequenceEqual(whenFalse.Shape)
                && Broadcast(whenTrue, whenFalse, name).SequenceEqual(whenFalse.Shape),
            name,
            "a condition, and two values of one type that fit it",
            condition,
            whenTrue,
            whenFalse);
        return AddNode("Where", name, [condition, whenTrue, whenFalse], whenFalse.ElementType, whenFalse.Shape);
    }

    private OnnxValue Function(string operation, OnnxValue input, string name)
    {
        Require(input.ElementType == OnnxElementType.Float32, name, "Float32", input);
        return AddNode(operation, name, [input], OnnxElementType.Float32, input.Shape);
    }

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
