using System.Collections.Immutable;
using System.Globalization;
using TorchSharp;
using TorchSharp.Modules;

namespace GenreCloud.Onnx;

/// <content>Layers over images, [batch,channels,height,width].</content>
public sealed partial class OnnxGraph
{
    /// <summary>A two-dimensional convolution.</summary>
    /// <param name="input">Float32 [batch,channels,height,width].</param>
    /// <param name="layer">Any stride, dilation and groups; zero padding by numbers.</param>
    /// <exception cref="ArgumentException">The input does not fit the layer.</exception>
    /// <exception cref="NotSupportedException">The layer pads with something other than a fixed number of zeros.</exception>
    public OnnxValue Conv2d(OnnxValue input, Conv2d layer)
    {
        var path = PathOf(layer);
        var name = NodeName(path);
        RequireSupported(layer.padding_type is null && layer.padding_mode == PaddingModes.Zeros, name, "its padding is not a number of zeros");
        Require(IsImage(input, layer.in_channels), name, $"Float32 [batch,{Text(layer.in_channels)},height,width]", input);

        var kernel = Pair(layer.kernel_size);
        var stride = Pair(layer.stride);
        var padding = Pair(layer.padding!);
        var dilation = Pair(layer.dilation);
        return AddNode(
            "Conv",
            name,
            layer.bias is { } bias
                ? [input, Constant($"{path}.weight", layer.weight), Constant($"{path}.bias", bias)]
                : [input, Constant($"{path}.weight", layer.weight)],
            OnnxElementType.Float32,
            Slide(input, layer.out_channels, kernel, stride, padding, dilation, name),
            Attribute("kernel_shape", kernel),
            Attribute("strides", stride),
            Attribute("pads", [.. padding, .. padding]),
            Attribute("dilations", dilation),
            Attribute("group", layer.groups));
    }

    /// <summary>Batch normalisation as in evaluation: with the running statistics, whatever the layer's mode is.</summary>
    /// <remarks>
    /// It stays a node of its own, so that the file holds the trained parameters as they are; ONNX Runtime folds it into the
    /// convolution before it when it loads the model.
    /// </remarks>
    /// <param name="input">Float32 [batch,channels,height,width].</param>
    /// <param name="layer">With scale, shift and running statistics.</param>
    /// <exception cref="ArgumentException">The input does not fit the layer.</exception>
    /// <exception cref="NotSupportedException">The layer is not affine or tracks no statistics.</exception>
    public OnnxValue BatchNorm2d(OnnxValue input, BatchNorm2d layer)
    {
        var path = PathOf(layer);
        var name = NodeName(path);
        RequireSupported(layer.affine && layer.track_running_stats, name, "it has no scale and shift, or no running statistics");
        Require(IsImage(input, layer.num_features), name, $"Float32 [batch,{Text(layer.num_features)},height,width]", input);

        return AddNode(
            "BatchNormalization",
            name,
            [
                input,
                Constant($"{path}.weight", layer.weight!),
                Constant($"{path}.bias", layer.bias!),
                Constant($"{path}.running_mean", layer.running_mean!),
                Constant($"{path}.running_var", layer.running_var!),
            ],
            OnnxElementType.Float32,
            input.Shape,
            Attribute("epsilon", (float)layer.eps));
    }

    /// <summary>max(0, x).</summary>
    public OnnxValue Relu(OnnxValue input, string name)
    {
        Require(input.ElementType == OnnxElementType.Float32, name, "Float32", input);
        return AddNode("Relu", name, [input], OnnxElementType.Float32, input.Shape);
    }

    /// <summary>Maximum over windows that touch and do not overlap; what is left over at the edges is dropped.</summary>
    /// <param name="input">Float32 [batch,channels,height,width].</param>
    /// <param name="height">The windows' height, and the step between them.</param>
    /// <param name="width">The windows' width, and the step between them.</param>
    /// <param name="name">The node's name.</param>
    /// <exception cref="ArgumentException">The input is not an image, or smaller than the window.</exception>
    public OnnxValue MaxPool2d(OnnxValue input, long height, long width, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        Require(IsImage(input), name, "Float32 [batch,channels,height,width]", input);

        long[] window = [height, width];
        return AddNode(
            "MaxPool",
            name,
            [input],
            OnnxElementType.Float32,
            Slide(input, input.Shape[1], window, window, [0, 0], [1, 1], name),
            Attribute("kernel_shape", window),
            Attribute("strides", window));
    }

    private static bool IsImage(OnnxValue input, long? channels = null) =>
        input is { ElementType: OnnxElementType.Float32, Rank: 4 }
        && input.Shape[1].IsFixed && input.Shape[2].IsFixed && input.Shape[3].IsFixed
        && (channels is null || input.Shape[1].Size == channels);

    private static ImmutableArray<OnnxDimension> Slide(
        OnnxValue input,
        OnnxDimension channels,
        long[] window,
        long[] stride,
        long[] padding,
        long[] dilation,
        string name)
    {
        return [input.Shape[0], channels, Positions(0), Positions(1)];

        OnnxDimension Positions(int axis)
        {
            var room = input.Shape[axis + 2].Size + 2 * padding[axis] - dilation[axis] * (window[axis] - 1) - 1;
            Require(room >= 0, name, $"an image of at least its window of {Text(window[0])}x{Text(window[1])}", input);
            return room / stride[axis] + 1;
        }
    }

    // TorchSharp keeps what the layer was made with: one number for both axes, or one for each.
    private static long[] Pair(long[] sizes) => sizes.Length == 1 ? [sizes[0], sizes[0]] : sizes;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
