using TorchSharp.Modules;

namespace GenreCloud.Onnx;

/// <content>Layers over vectors, [batch,features].</content>
public sealed partial class OnnxGraph
{
    /// <summary>A fully connected layer.</summary>
    /// <param name="input">Float32 [batch,features].</param>
    /// <param name="layer">With or without bias.</param>
    /// <exception cref="ArgumentException">The input does not fit the layer.</exception>
    public OnnxValue Linear(OnnxValue input, Linear layer)
    {
        var path = PathOf(layer);
        var name = NodeName(path);
        Require(
            input is { ElementType: OnnxElementType.Float32, Rank: 2 } && input.Shape[1] == layer.in_features,
            name,
            $"Float32 [batch,{Text(layer.in_features)}]",
            input);

        return AddNode(
            "Gemm",
            name,
            layer.bias is { } bias
                ? [input, Constant($"{path}.weight", layer.weight!), Constant($"{path}.bias", bias)]
                : [input, Constant($"{path}.weight", layer.weight!)],
            OnnxElementType.Float32,
            [input.Shape[0], layer.out_features],
            Attribute("transB", 1));
    }

    /// <summary>exp(x) over its sum along the last dimension.</summary>
    public OnnxValue Softmax(OnnxValue input, string name)
    {
        Require(input is { ElementType: OnnxElementType.Float32, Rank: > 0 }, name, "Float32 with at least one dimension", input);
        return AddNode("Softmax", name, [input], OnnxElementType.Float32, input.Shape, Attribute("axis", -1));
    }
}
