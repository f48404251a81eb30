namespace GenreCloud.Inference.Models;

/// <summary>What a model version computes: the graph of its ONNX file without the weights.</summary>
/// <param name="Inputs">What it is given.</param>
/// <param name="Outputs">What it answers.</param>
/// <param name="Nodes">In an order in which they can be computed.</param>
/// <param name="Parameters">Numbers in all weights.</param>
internal sealed record ModelGraph(
    string Model, int Version, IReadOnlyList<GraphValue> Inputs, IReadOnlyList<GraphValue> Outputs, IReadOnlyList<GraphNode> Nodes, long Parameters);

/// <summary>One operation.</summary>
/// <param name="Name">As PyTorch would name the layer: <c>cnn/conv1/0</c>.</param>
/// <param name="Operation">Of ONNX: <c>Conv</c>.</param>
/// <param name="Inputs">Names of the values that it takes from other nodes or from outside, in the order of the operation's signature.</param>
/// <param name="Weights">The constants that it takes.</param>
/// <param name="Outputs">What it computes.</param>
/// <param name="Attributes">The operation's constants, as text: <c>kernel_shape</c> is <c>3 x 3</c>.</param>
internal sealed record GraphNode(
    string Name,
    string Operation,
    IReadOnlyList<string> Inputs,
    IReadOnlyList<GraphValue> Weights,
    IReadOnlyList<GraphValue> Outputs,
    IReadOnlyDictionary<string, string> Attributes);

/// <summary>A tensor of the graph.</summary>
/// <param name="Name">Unique in the graph.</param>
/// <param name="Type"><c>uint8</c>, <c>float32</c> and so on; null where the file does not say.</param>
/// <param name="Shape">Sizes, or the names of sizes that are known only when the graph runs: <c>batch</c>, <c>128</c>, <c>1292</c>; null where the file does not say.</param>
internal sealed record GraphValue(string Name, string? Type, IReadOnlyList<string>? Shape);
