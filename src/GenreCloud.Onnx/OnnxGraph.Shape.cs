using System.Collections.Immutable;

namespace GenreCloud.Onnx;

/// <content>Operations that arrange elements anew.</content>
public sealed partial class OnnxGraph
{
    /// <summary>Everything behind the first dimension in one: [batch,a,b,...] to [batch,a*b*...].</summary>
    /// <exception cref="ArgumentException">A size behind the first is not known.</exception>
    public OnnxValue Flatten(OnnxValue input, string name)
    {
        Require(input.Rank > 1 && input.Shape.Skip(1).All(dimension => dimension.IsFixed), name, "[batch,...] of known sizes", input);
        var features = input.Shape.Skip(1).Aggregate(1L, (product, dimension) => checked(product * dimension.Size));
        return AddNode("Flatten", name, [input], input.ElementType, [input.Shape[0], features], Attribute("axis", 1));
    }

    /// <summary>The dimensions in another order.</summary>
    /// <param name="input">Any value.</param>
    /// <param name="order">For each dimension of the result, which of the input's it is.</param>
    /// <param name="name">The node's name.</param>
    /// <exception cref="ArgumentException"><paramref name="order"/> does not name each dimension once.</exception>
    public OnnxValue Transpose(OnnxValue input, ReadOnlySpan<int> order, string name)
    {
        var axes = order.ToArray();
        Require(axes.Order().SequenceEqual(Enumerable.Range(0, input.Rank)), name, $"{axes.Length} dimensions, each named once", input);
        return AddNode(
            "Transpose",
            name,
            [input],
            input.ElementType,
            [.. axes.Select(axis => input.Shape[axis])],
            Attribute("perm", [.. axes.Select(axis => (long)axis)]));
    }

    /// <summary>Drops dimensions of size 1; only the named ones, so that a batch of one keeps its first.</summary>
    /// <param name="input">Any value.</param>
    /// <param name="axes">Counted from 0 in the input.</param>
    /// <param name="name">The node's name.</param>
    /// <exception cref="ArgumentException">A named dimension is not 1.</exception>
    public OnnxValue Squeeze(OnnxValue input, ReadOnlySpan<int> axes, string name)
    {
        var dropped = axes.ToArray();
        Require(
            dropped.Distinct().Count() == dropped.Length && dropped.All(axis => axis >= 0 && axis < input.Rank && input.Shape[axis] == 1),
            name,
            $"size 1 in the dimensions {string.Join(", ", dropped)}",
            input);
        return AddNode(
            "Squeeze",
            name,
            [input, AxesConstant(dropped, name)],
            input.ElementType,
            [.. input.Shape.Where((_, axis) => !dropped.Contains(axis))]);
    }

    /// <summary>A new dimension of size 1.</summary>
    /// <param name="input">Any value.</param>
    /// <param name="axis">Its place in the result, counted from 0.</param>
    /// <param name="name">The node's name.</param>
    public OnnxValue Unsqueeze(OnnxValue input, int axis, string name)
    {
        Require(axis >= 0 && axis <= input.Rank, name, $"at least {axis} dimensions", input);
        return AddNode("Unsqueeze", name, [input, AxesConstant([axis], name)], input.ElementType, input.Shape.Insert(axis, 1));
    }

    /// <summary>A part along one dimension.</summary>
    /// <param name="input">Any value.</param>
    /// <param name="axis">The dimension, counted from 0; of known size.</param>
    /// <param name="start">Its first place in the input.</param>
    /// <param name="length">Its size, at least 1.</param>
    /// <param name="name">The node's name.</param>
    /// <exception cref="ArgumentException">The input has no such part.</exception>
    public OnnxValue Slice(OnnxValue input, int axis, long start, long length, string name)
    {
        Require(
            axis >= 0 && axis < input.Rank && input.Shape[axis].IsFixed && start >= 0 && length > 0 && start + length <= input.Shape[axis].Size,
            name,
            $"at least {start + length} places in dimension {axis}",
            input);
        return AddNode(
            "Slice",
            name,
            [input, Constant($"{name}/starts", [start]), Constant($"{name}/ends", [start + length]), AxesConstant([axis], name)],
            input.ElementType,
            input.Shape.SetItem(axis, length));
    }

    /// <summary>Values behind each other along one dimension.</summary>
    /// <param name="inputs">At least one; equal in everything but the size of that dimension.</param>
    /// <param name="axis">The dimension, counted from 0.</param>
    /// <param name="name">The node's name.</param>
    /// <exception cref="ArgumentException">The inputs differ in another dimension, in rank or in type.</exception>
    public OnnxValue Concat(ReadOnlySpan<OnnxValue> inputs, int axis, string name)
    {
        ImmutableArray<OnnxValue> parts = [.. inputs];
        ArgumentOutOfRangeException.ThrowIfZero(parts.Length, nameof(inputs));
        var first = parts[0];
        Require(
            axis >= 0 && axis < first.Rank && parts.All(part => part.ElementType == first.ElementType
                && part.Rank == first.Rank
                && part.Shape[axis].IsFixed
                && part.Shape.RemoveAt(axis).SequenceEqual(first.Shape.RemoveAt(axis))),
            name,
            $"inputs that differ in dimension {axis} only",
            [.. parts]);
        return AddNode(
            "Concat",
            name,
            [.. parts],
            first.ElementType,
            first.Shape.SetItem(axis, parts.Sum(part => part.Shape[axis].Size)),
            Attribute("axis", axis));
    }

    private OnnxValue AxesConstant(int[] axes, string name) => Constant($"{name}/axes", [.. axes.Select(axis => (long)axis)]);
}
