using TorchSharp;
using static GenreCloud.Onnx.Tests.SeededTensors;
using static TorchSharp.torch;

namespace GenreCloud.Onnx.Tests;

/// <summary>What cannot be a correct model fails while it is built, with the names of what does not fit.</summary>
public sealed class OnnxGraphRefusalTests
{
    [Fact]
    public void A_convolution_over_other_channels_names_itself_and_its_input()
    {
        using var root = nn.Sequential(("conv1", nn.Conv2d(4, 8, 3)));
        var graph = new OnnxGraph(root);
        var image = graph.Input("image", OnnxElementType.Float32, OnnxDimension.Batch, 3, 10, 10);

        var refusal = Should.Throw<ArgumentException>(() => graph.Conv2d(image, (TorchSharp.Modules.Conv2d)root.children().Single()));

        refusal.Message.ShouldBe("'conv1' expects Float32 [batch,4,height,width], not image Float32 [batch,3,10,10].");
    }

    [Fact]
    public void A_window_larger_than_the_image_is_refused()
    {
        var graph = EmptyGraph();
        var image = graph.Input("image", OnnxElementType.Float32, OnnxDimension.Batch, 3, 2, 2);

        Should.Throw<ArgumentException>(() => graph.MaxPool2d(image, 4, 2, "pool")).Message.ShouldContain("4x2");
    }

    [Fact]
    public void A_layer_of_another_network_is_refused()
    {
        using var layer = nn.Linear(2, 2);
        var graph = EmptyGraph();
        var vector = graph.Input("x", OnnxElementType.Float32, OnnxDimension.Batch, 2);

        Should.Throw<ArgumentException>(() => graph.Linear(vector, layer)).Message.ShouldContain("not a part of the network");
    }

    [Fact]
    public void A_value_of_another_graph_is_refused()
    {
        var foreign = EmptyGraph().Input("x", OnnxElementType.Float32, OnnxDimension.Batch, 2);

        Should.Throw<ArgumentException>(() => EmptyGraph().Relu(foreign, "relu")).Message.ShouldContain("another graph");
    }

    [Fact]
    public void A_name_cannot_be_used_twice()
    {
        var graph = EmptyGraph();
        var x = graph.Input("x", OnnxElementType.Float32, OnnxDimension.Batch, 2);
        graph.Output("y", graph.Relu(x, "relu"));
        graph.Output("same", graph.Relu(x, "same"));

        Should.Throw<ArgumentException>(() => graph.Relu(x, "relu")).Message.ShouldContain("'relu'");
        Should.Throw<ArgumentException>(() => graph.Relu(x, "y")).Message.ShouldContain("'y'");
        Should.Throw<ArgumentException>(() => graph.Constant("x", 1)).Message.ShouldContain("'x'");
    }

    [Fact]
    public void Only_what_a_node_computes_becomes_an_output_and_only_once()
    {
        var graph = EmptyGraph();
        var x = graph.Input("x", OnnxElementType.Float32, OnnxDimension.Batch, 2);
        var y = graph.Relu(x, "relu");
        graph.Output("y", y);

        Should.Throw<ArgumentException>(() => graph.Output("z", x));
        Should.Throw<ArgumentException>(() => graph.Output("z", y));
    }

    [Fact]
    public void A_graph_without_an_output_is_no_model() =>
        Should.Throw<InvalidOperationException>(() => EmptyGraph().ToModel(new OnnxModelInfo("empty", "", "")));

    [Theory]
    [InlineData(true, true, true, "bidirectional")]
    [InlineData(false, false, true, "batch first")]
    [InlineData(false, true, false, "biases")]
    public void A_GRU_that_the_export_does_not_cover_is_refused(bool bidirectional, bool batchFirst, bool bias, string reason)
    {
        using var layer = nn.GRU(3, 4, 2, bias, batchFirst, bidirectional: bidirectional);
        var graph = new OnnxGraph(layer);
        var sequence = graph.Input("x", OnnxElementType.Float32, OnnxDimension.Batch, 5, 3);

        Should.Throw<NotSupportedException>(() => graph.Gru(sequence, layer)).Message.ShouldContain(reason);
    }

    [Fact]
    public void A_convolution_that_does_not_pad_with_zeros_is_refused()
    {
        using var layer = nn.Conv2d(1, 1, 3, padding: 1, padding_mode: PaddingModes.Circular);
        var graph = new OnnxGraph(layer);
        var image = graph.Input("image", OnnxElementType.Float32, OnnxDimension.Batch, 1, 5, 5);

        Should.Throw<NotSupportedException>(() => graph.Conv2d(image, layer)).Message.ShouldContain("padding");
    }

    [Fact]
    public void Batch_normalisation_without_statistics_is_refused()
    {
        using var layer = nn.BatchNorm2d(2, track_running_stats: false);
        var graph = new OnnxGraph(layer);
        var image = graph.Input("image", OnnxElementType.Float32, OnnxDimension.Batch, 2, 5, 5);

        Should.Throw<NotSupportedException>(() => graph.BatchNorm2d(image, layer)).Message.ShouldContain("running statistics");
    }

    [Fact]
    public void Weights_of_another_precision_are_refused()
    {
        using var layer = nn.Linear(2, 2).to(ScalarType.Float64);
        var graph = new OnnxGraph(layer);
        var vector = graph.Input("x", OnnxElementType.Float32, OnnxDimension.Batch, 2);

        Should.Throw<NotSupportedException>(() => graph.Linear(vector, layer)).Message.ShouldContain("Float64");
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        using var scope = NewDisposeScope();
        var graph = EmptyGraph();
        var x = graph.Input("x", OnnxElementType.Float32, OnnxDimension.Batch, 2, 3);
        var row = graph.Constant("row", Uniform(1, 2));

        Should.Throw<ArgumentException>(() => graph.Add(x, row, "add")).Message.ShouldContain("row Float32 [2]");
        Should.Throw<ArgumentException>(() => graph.Squeeze(x, [0], "squeeze"));
        Should.Throw<ArgumentException>(() => graph.Transpose(x, [0, 1, 1], "transpose"));
        Should.Throw<ArgumentException>(() => graph.Concat([x, row], 1, "concat"));
        Should.Throw<ArgumentException>(() => graph.Add(x, graph.Cast(x, OnnxElementType.UInt8, "cast"), "sum")).Message.ShouldContain("one type");
    }

    private static OnnxGraph EmptyGraph()
    {
        using var root = nn.Identity();
        return new OnnxGraph(root);
    }
}
