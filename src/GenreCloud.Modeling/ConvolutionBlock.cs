using GenreCloud.Onnx;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace GenreCloud.Modeling;

/// <summary>
/// Conv2d(3x3, padding 1), BatchNorm, ReLU, MaxPool; or, strided, without the pool: the convolution then computes every second place
/// of every second row only, a quarter of the work. The maximum is taken before the ReLU: both are monotonic, so the result is the
/// same, and the ReLU touches 4 to 16 times less memory.
/// </summary>
internal sealed class ConvolutionBlock : nn.Module<Tensor, Tensor>
{
    // PyTorch's checkpoint names them by their place in an nn.Sequential.
    [ComponentName(Name = "0")]
    private readonly Conv2d _convolution;

    [ComponentName(Name = "1")]
    private readonly BatchNorm2d _normalization;

    /// <param name="pool">Size and stride of the pool; null for a convolution of stride 2 instead.</param>
    public ConvolutionBlock(string name, int inputChannels, int outputChannels, (int Height, int Width)? pool)
        : base(name)
    {
        Pool = pool;
        _convolution = nn.Conv2d(inputChannels, outputChannels, kernel_size: 3, stride: Stride, padding: 1);
        _normalization = nn.BatchNorm2d(outputChannels);
        RegisterComponents();
    }

    public Conv2d Convolution => _convolution;

    public BatchNorm2d Normalization => _normalization;

    /// <summary>Size and stride of the pool; null for a convolution of stride 2 instead.</summary>
    public (int Height, int Width)? Pool { get; }

    private int Stride => Pool is null ? 2 : 1;

    public override Tensor forward(Tensor map)
    {
        using var scope = NewDisposeScope();
        return (training ? Normalized(map) : Folded(map)).MoveToOuterDisposeScope();
    }

    // The ReLU comes before the pool here: ONNX Runtime computes it within the convolution.
    public OnnxValue AddTo(OnnxGraph graph, OnnxValue map)
    {
        var normalized = graph.BatchNorm2d(graph.Conv2d(map, _convolution), _normalization);
        var rectified = graph.Relu(normalized, graph.NameWithin(this, "relu"));
        return Pool is var (height, width) ? graph.MaxPool2d(rectified, height, width, graph.NameWithin(this, "pool")) : rectified;
    }

    private Tensor Normalized(Tensor map)
    {
        var convolved = Convolved(map, _convolution.weight!, _convolution.bias!);
        return MaxPool(_normalization.NormalizeBatch(convolved)).relu_();
    }

    /// <summary>With fixed statistics the normalisation is a scale and a shift, which the convolution does for nothing.</summary>
    private Tensor Folded(Tensor map)
    {
        // Held, or the collector may free them while libtorch reads them.
        using Scalar epsilon = _normalization.eps;
        using Scalar one = 1;
        var scale = _normalization.weight! / _normalization.running_var!.add(epsilon, one).sqrt();
        var weight = _convolution.weight! * scale.view(-1, 1, 1, 1);
        var bias = ((_convolution.bias! - _normalization.running_mean!) * scale).add(_normalization.bias!, one);
        return MaxPool(Convolved(map, weight, bias)).relu_();
    }

    private Tensor Convolved(Tensor map, Tensor weight, Tensor bias) =>
        F.conv2d(map, weight.to(map.dtype), bias.to(map.dtype), strides: [Stride, Stride], padding: [1, 1]);

    private Tensor MaxPool(Tensor map) => Pool is var (height, width) ? F.max_pool2d(map, [height, width]) : map;

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _convolution.Dispose();
            _normalization.Dispose();
        }

        base.Dispose(disposing);
    }
}
