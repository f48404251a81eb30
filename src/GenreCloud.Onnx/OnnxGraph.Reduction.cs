namespace GenreCloud.Onnx;

/// <content>One value of many, along one dimension.</content>
public sealed partial class OnnxGraph
{
    /// <summary>The mean along one dimension, which is gone in the result.</summary>
    /// <param name="input">Float32.</param>
    /// <param name="axis">Counted from 0.</param>
    /// <param name="name">The node's name.</param>
    /// <exception cref="ArgumentException">The input has no such dimension.</exception>
    public OnnxValue Mean(OnnxValue input, int axis, string name)
    {
        Require(
            input.ElementType == OnnxElementType.Float32 && axis >= 0 && axis < input.Rank, name, $"Float32 with a dimension {axis}", input);
        return AddNode(
            "ReduceMean", name, [input], OnnxElementType.Float32, input.Shape.RemoveAt(axis), Attribute("axes", [(long)axis]), Attribute("keepdims", 0));
    }
}
