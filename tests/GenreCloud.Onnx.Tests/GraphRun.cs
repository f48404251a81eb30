using System.Collections.Immutable;
using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;

namespace GenreCloud.Onnx.Tests;

/// <summary>Runs a graph under construction in ONNX Runtime, as a test of one operation needs it.</summary>
internal static class GraphRun
{
    /// <summary>
    /// Builds a graph with one input, x, and one operation of interest, and returns what ONNX Runtime computes. The shapes that
    /// the graph inferred must be those that ONNX Runtime infers and produces.
    /// </summary>
    public static Tensor Run(nn.Module root, Tensor input, Func<OnnxGraph, OnnxValue, OnnxValue> build)
    {
        var graph = new OnnxGraph(root);
        var x = graph.Input("x", OnnxElementType.Float32, [OnnxDimension.Batch, .. input.shape.Skip(1).Select(OnnxDimension.Fixed)]);
        var y = build(graph, x);
        graph.Output("y", y);

        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        options.AddSessionConfigEntry("session.strict_shape_type_inference", "1");
        using var session = new InferenceSession(graph.ToModel(new OnnxModelInfo("test", "GenreCloud.Onnx.Tests", "0")), options);
        using var run = new RunOptions();
        using var value = OrtValue.CreateTensorValueFromMemory(input.contiguous().data<float>().ToArray(), input.shape);
        using var answers = session.Run(run, ["x"], [value], ["y"]);
        var shape = answers[0].GetTensorTypeAndShape().Shape;
        shape.ShouldBe(Bound(y.Shape, input.shape[0]));
        return tensor(answers[0].GetTensorDataAsSpan<float>().ToArray(), shape);
    }

    public static double MaxDifference(Tensor left, Tensor right)
    {
        left.shape.ShouldBe(right.shape);
        return (left - right).abs().max().item<float>();
    }

    private static long[] Bound(ImmutableArray<OnnxDimension> shape, long batch) =>
        [.. shape.Select(dimension => dimension.IsFixed ? dimension.Size : batch)];
}
