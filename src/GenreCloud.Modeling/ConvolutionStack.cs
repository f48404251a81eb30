using GenreCloud.Onnx;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace GenreCloud.Modeling;

/// <summary>The five convolution blocks of <see cref="Crnn"/>: [B,1,128,1292] to [B,64,1,20].</summary>
internal sealed class ConvolutionStack : nn.Module<Tensor, ComputeFormat, Tensor>
{
    public const int Channels = 64;

    /// <summary>Columns that the pools (2, 2, 2, 2 and 4 wide) leave of 1292.</summary>
    public const int Steps = 20;

    [ComponentName(Name = "conv1")]
    private readonly ConvolutionBlock _block1 = new("conv1", 1, Channels, (2, 2));

    [ComponentName(Name = "conv2")]
    private readonly ConvolutionBlock _block2 = new("conv2", Channels, Channels, (2, 2));

    [ComponentName(Name = "conv3")]
    private readonly ConvolutionBlock _block3 = new("conv3", Channels, Channels, (2, 2));

    [ComponentName(Name = "conv4")]
    private readonly ConvolutionBlock _block4 = new("conv4", Channels, Channels, (4, 2));

    [ComponentName(Name = "conv5")]
    private readonly ConvolutionBlock _block5 = new("conv5", Channels, Channels, (4, 4));

    public ConvolutionStack()
        : base("cnn")
    {
        RegisterComponents();
        Blocks = [_block1, _block2, _block3, _block4, _block5];
    }

    /// <summary>The blocks in the order of the data.</summary>
    public IReadOnlyList<ConvolutionBlock> Blocks { get; }

    public override Tensor forward(Tensor pixels, ComputeFormat format)
    {
        using var scope = NewDisposeScope();
        var type = format == ComputeFormat.ChannelsLastBFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        var map = (training, format) switch
        {
            (_, ComputeFormat.ChannelsFirst) => _block1.call(pixels),
            (true, _) when pixels.device_type == DeviceType.CPU => FirstBlock.Run(pixels, _block1.Convolution, _block1.Normalization, type),
            _ => _block1.call(ChannelsLast(pixels).to(type)),
        };
        foreach (var block in Blocks.Skip(1))
        {
            map = block.call(map);
        }

        return map.MoveToOuterDisposeScope();
    }

    public OnnxValue AddTo(OnnxGraph graph, OnnxValue pixels) => Blocks.Aggregate(pixels, (map, block) => block.AddTo(graph, map));

    /// <summary>
    /// The strides by which libtorch recognises channels last. With one channel both layouts have the same bytes, so that a copy
    /// does nothing and only the strides tell.
    /// </summary>
    private static Tensor ChannelsLast(Tensor pixels)
    {
        long[] shape = pixels.shape;
        return pixels.contiguous().as_strided(shape, [shape[2] * shape[3], 1, shape[3], 1]);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var block in Blocks)
            {
                block.Dispose();
            }
        }

        base.Dispose(disposing);
    }
}
