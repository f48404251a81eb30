using CsCheck;
using static GenreCloud.Onnx.Tests.GraphRun;
using static GenreCloud.Onnx.Tests.SeededTensors;
using static TorchSharp.torch;

namespace GenreCloud.Onnx.Tests;

/// <summary>Each operation alone, against TorchSharp.</summary>
public sealed class OnnxGraphLayerTests
{
    private const double Tolerance = 1e-5;

    [Theory]
    [InlineData(3, 1, 1, 1, 1, true)]
    [InlineData(3, 1, 1, 1, 1, false)]
    [InlineData(5, 2, 2, 1, 1, true)]
    [InlineData(3, 3, 0, 2, 1, true)]
    [InlineData(3, 1, 1, 1, 2, true)]
    public void A_convolution_computes_what_TorchSharp_computes(long kernel, long stride, long padding, long dilation, long groups, bool bias)
    {
        using var scope = NewDisposeScope();
        using var layer = Randomized(nn.Conv2d(4, 6, kernel, stride, padding, dilation, groups: groups, bias: bias), seed: 1);
        var x = Uniform(2, 3, 4, 11, 14);

        MaxDifference(Run(layer, x, (graph, input) => graph.Conv2d(input, layer)), layer.call(x)).ShouldBeLessThan(Tolerance);
    }

    [Fact]
    public void A_convolution_may_have_another_kernel_and_padding_for_each_axis()
    {
        using var scope = NewDisposeScope();
        using var layer = Randomized(nn.Conv2d(2, 3, (3, 5), (1, 2), (0, 2)), seed: 1);
        var x = Uniform(2, 1, 2, 9, 16);

        MaxDifference(Run(layer, x, (graph, input) => graph.Conv2d(input, layer)), layer.call(x)).ShouldBeLessThan(Tolerance);
    }

    [Fact]
    public void Weights_in_channels_last_order_are_written_in_row_major_order()
    {
        using var scope = NewDisposeScope();
        using var layer = Randomized(nn.Conv2d(4, 6, 3), seed: 1);
        var x = Uniform(2, 2, 4, 8, 8);
        var expected = layer.call(x);
        var weight = layer.weight.detach();
        layer.weight = nn.Parameter(empty_strided([6, 4, 3, 3], [36, 1, 12, 4]).copy_(weight));
        layer.weight.is_contiguous().ShouldBeFalse();

        MaxDifference(Run(layer, x, (graph, input) => graph.Conv2d(input, layer)), expected).ShouldBeLessThan(Tolerance);
    }

    [Theory]
    [InlineData(1e-5)]
    [InlineData(0.1)]
    public void Batch_normalisation_uses_the_running_statistics(double epsilon)
    {
        using var scope = NewDisposeScope();
        using var layer = Randomized(nn.BatchNorm2d(5, epsilon), seed: 1);
        var x = Uniform(2, 3, 5, 6, 7);
        var expected = layer.call(x);
        layer.train();

        MaxDifference(Run(layer, x, (graph, input) => graph.BatchNorm2d(input, layer)), expected).ShouldBeLessThan(Tolerance);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_mean_goes_along_the_dimension_that_is_named(int axis)
    {
        using var scope = NewDisposeScope();
        using var root = nn.ReLU();
        var x = Uniform(1, 2, 3, 4, 5);

        MaxDifference(Run(root, x, (graph, input) => graph.Mean(input, axis, "mean")), x.mean([axis])).ShouldBeLessThan(Tolerance);
    }

    [Theory]
    [InlineData(1, 0, 3)]
    [InlineData(2, 1, 2)]
    [InlineData(3, 4, 1)]
    public void A_slice_is_a_part_along_one_dimension(int axis, long start, long length)
    {
        using var scope = NewDisposeScope();
        using var root = nn.ReLU();
        var x = Uniform(1, 2, 3, 4, 5);

        MaxDifference(Run(root, x, (graph, input) => graph.Slice(input, axis, start, length, "part")), x.narrow(axis, start, length)).ShouldBe(0);
    }

    [Fact]
    public void An_absolute_value_has_no_sign()
    {
        using var scope = NewDisposeScope();
        using var root = nn.ReLU();
        var x = Uniform(1, 2, 3);

        MaxDifference(Run(root, x, (graph, input) => graph.Absolute(input, "absolute")), x.abs()).ShouldBe(0);
    }

    [Fact]
    public void The_square_root_is_of_each_element()
    {
        using var scope = NewDisposeScope();
        using var root = nn.ReLU();
        var x = Uniform(1, 2, 3).square();

        MaxDifference(Run(root, x, (graph, input) => graph.SquareRoot(input, "root")), x.sqrt()).ShouldBeLessThan(Tolerance);
    }

    [Fact]
    public void Relu_keeps_what_is_positive()
    {
        using var scope = NewDisposeScope();
        using var root = nn.ReLU();
        var x = Uniform(1, 2, 3);

        MaxDifference(Run(root, x, (graph, input) => graph.Relu(input, "relu")), x.clamp_min(0)).ShouldBe(0);
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(4, 2)]
    [InlineData(4, 4)]
    [InlineData(1, 5)]
    public void Max_pooling_drops_what_is_left_over(long height, long width)
    {
        using var scope = NewDisposeScope();
        using var root = nn.MaxPool2d([height, width]);
        var x = Uniform(1, 2, 3, 9, 11);

        MaxDifference(Run(root, x, (graph, input) => graph.MaxPool2d(input, height, width, "pool")), root.call(x)).ShouldBe(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_linear_layer_computes_what_TorchSharp_computes(bool bias)
    {
        using var scope = NewDisposeScope();
        using var layer = Randomized(nn.Linear(7, 5, bias), seed: 1);
        var x = Uniform(2, 3, 7);

        MaxDifference(Run(layer, x, (graph, input) => graph.Linear(input, layer)), layer.call(x)).ShouldBeLessThan(Tolerance);
    }

    [Fact]
    public void A_GRU_of_any_size_computes_what_TorchSharp_computes() =>
        Gen.Select(Gen.Int[1, 3], Gen.Int[1, 4], Gen.Int[1, 9], Gen.Int[1, 8], Gen.Int[1, 8], Gen.Int[0, 1_000_000]).Sample(
            (layers, batch, steps, features, hidden, seed) =>
            {
                using var scope = NewDisposeScope();
                using var layer = Randomized(nn.GRU(features, hidden, layers, batchFirst: true), seed);
                var x = Uniform(seed - 1, batch, steps, features);
                var (expected, _) = layer.call(x, null!);

                MaxDifference(Run(layer, x, (graph, input) => graph.Gru(input, layer)), expected).ShouldBeLessThan(Tolerance);
            },
            iter: 50,
            threads: 1);

    [Fact]
    public void A_GRU_in_training_mode_is_exported_without_its_dropout()
    {
        using var scope = NewDisposeScope();
        using var layer = Randomized(nn.GRU(3, 4, 2, batchFirst: true, dropout: 0.5), seed: 1);
        var x = Uniform(2, 2, 5, 3);
        var (expected, _) = layer.call(x, null!);
        layer.train();

        MaxDifference(Run(layer, x, (graph, input) => graph.Gru(input, layer)), expected).ShouldBeLessThan(Tolerance);
    }

    [Fact]
    public void Softmax_runs_along_the_last_dimension()
    {
        using var scope = NewDisposeScope();
        using var root = nn.Softmax(1);
        var x = Uniform(1, 3, 4) * 10;

        MaxDifference(Run(root, x, (graph, input) => graph.Softmax(input, "softmax")), root.call(x)).ShouldBeLessThan(Tolerance);
    }

    [Fact]
    public void Arithmetic_broadcasts_as_TorchSharp_does()
    {
        using var scope = NewDisposeScope();
        using var root = nn.Identity();
        var x = Uniform(1, 3, 4);
        var row = Uniform(2, 4) + 3;
        var column = Uniform(3, 4, 1) + 3;

        var actual = Run(root, x, (graph, input) =>
        {
            var (two, byRow, byColumn) = (graph.Constant("two", 2), graph.Constant("row", row), graph.Constant("column", column));
            var standardised = graph.Divide(graph.Subtract(input, byRow, "centred"), byRow, "standardised");
            return graph.Add(graph.Multiply(graph.Unsqueeze(standardised, 1, "wide"), byColumn, "scaled"), two, "shifted");
        });

        MaxDifference(actual, ((x - row) / row).unsqueeze(1) * column + 2).ShouldBeLessThan(Tolerance);
    }

    [Fact]
    public void Nodes_and_constants_are_named_for_the_path_of_their_module()
    {
        using var conv = nn.Conv2d(1, 2, 3);
        using var block = nn.Sequential(("0", conv), ("1", nn.BatchNorm2d(2)));
        using var root = nn.Sequential(("cnn", nn.Sequential(("conv1", block))));
        var graph = new OnnxGraph(root);
        var image = graph.Input("image", OnnxElementType.Float32, OnnxDimension.Batch, 1, 5, 5);
        graph.Output("y", graph.Relu(graph.Conv2d(image, conv), graph.NameWithin(block, "relu")));

        var built = graph.Build(new OnnxModelInfo("test", "GenreCloud.Onnx.Tests", "0")).Graph;

        built.Node.Select(node => node.Name).ShouldBe(["cnn/conv1/0", "cnn/conv1/relu"]);
        built.Initializer.Select(constant => constant.Name).ShouldBe(["cnn.conv1.0.weight", "cnn.conv1.0.bias"]);
        built.Node[1].Input.ShouldBe(["cnn/conv1/0"]);
        built.Node[1].Output.ShouldBe(["y"]);
    }

    [Fact]
    public void Values_are_arranged_as_TorchSharp_arranges_them()
    {
        using var scope = NewDisposeScope();
        using var root = nn.Identity();
        var x = Uniform(1, 1, 3, 1, 5);

        var actual = Run(root, x, (graph, input) =>
        {
            var rows = graph.Squeeze(input, [2], "squeeze");
            var columns = graph.Flatten(graph.Transpose(rows, [0, 2, 1], "transpose"), "flatten/columns");
            return graph.Concat([columns, graph.Flatten(rows, "flatten/rows")], 1, "concat");
        });

        MaxDifference(actual, cat([x.squeeze(2).transpose(1, 2).flatten(1), x.flatten(1)], 1)).ShouldBe(0);
    }
}
