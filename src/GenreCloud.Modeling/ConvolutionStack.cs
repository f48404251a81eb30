using GenreCloud.Onnx;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace GenreCloud.Modeling;

/// <summary>The five convolution blocks of <see cref="Crnn"/> and its kin: [B,1,128,1292] to [B,64,1,20].</summary>
internal sealed class ConvolutionStack : nn.Module<Tensor, ComputeFormat, Tensor>
{
    public const int Channels = 64;

    /// <summary>Columns that the pools, or strides, (2, 2, 2, 2 and 4 wide) leave of 1292.</summary>
    public const int Steps = 20;

    [ComponentName(Name = "conv1")]
    private readonly ConvolutionBlock _block1;

    [ComponentName(Name = "conv2")]
    private readonly ConvolutionBlock _block2;

    [ComponentName(Name = "conv3")]
    private readonly ConvolutionBlock _block3;

    [ComponentName(Name = "conv4")]
    private readonly ConvolutionBlock _block4;

    [ComponentName(Name = "conv5")]
    private readonly ConvolutionBlock _block5;

    private readonly int _strided;

    /// <param name="strided">Blocks, of the first three, that stride where the others pool.</param>
    public ConvolutionStack(int strided = 0)
        : base("cnn")
    {
        _strided = strided;
        _block1 = new ConvolutionBlock("conv1", 1, Channels, strided > 0 ? null : (2, 2));
        _block2 = new ConvolutionBlock("conv2", Channels, Channels, strided > 1 ? null : (2, 2));
        _block3 = new ConvolutionBlock("conv3", Channels, Channels, strided > 2 ? null : (2, 2));
        _block4 = new ConvolutionBlock("conv4", Channels, Channels, (4, 2));
        _block5 = new ConvolutionBlock("conv5", Channels, Channels, (4, 4));
        RegisterComponents();
        Blocks = [_block1, _block2, _block3, _block4, _block5];
    }

    /// <summary>The blocks in the order of the data.</summary>
    public IReadOnlyList<ConvolutionBlock> Blocks { get; }

    public override Tensor forward(Tensor pixels, ComputeFormat format)
    {
        using var scope = NewDisposeScope();
        var map = (training, format) switch
        {
            (_, ComputeFormat.ChannelsFirst) => _block1.call(pixels),
            (true, _) when _strided == 0 && pixels.device_type == DeviceType.CPU =>
                FirstBlock.Run(pixels, _block1.Convolution, _block1.Normalization, format.ElementType()),
            _ => _block1.call(pixels.InChannelsLast().to(format.ElementType())),
        };
        foreach (var block in Blocks.Skip(1))
        {
            map = block.call(map);
        }

        return map.MoveToOuterDisposeScope();
    }

    public OnnxValue AddTo(OnnxGraph graph, OnnxValue pixels) => Blocks.Aggregate(pixels, (map, block) => block.AddTo(graph, map));

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
