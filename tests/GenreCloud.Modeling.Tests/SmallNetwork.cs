using GenreCloud.Onnx;
using static TorchSharp.torch;

namespace GenreCloud.Modeling.Tests;

/// <summary>A linear layer over a coarse picture: the trainer's mechanics without a convolution's cost.</summary>
internal sealed class SmallNetwork : SpectrogramNetwork
{
    private readonly TorchSharp.Modules.Linear _linear;

    public SmallNetwork(int classes)
        : base("small", classes)
    {
        _linear = nn.Linear(2 * 68, classes);
        using (no_grad())
        {
            using var rising = linspace(1, 2, _linear.weight!.numel()).view(classes, -1);
            _linear.weight.copy_(rising);
            _linear.bias!.zero_();
        }

        RegisterComponents();
    }

    public override TorchSharp.Modules.Linear Classifier => _linear;

    /// <summary>Whether the logits have an infinite slope where the biases begin, at 0.</summary>
    public bool IsSteep { get; init; }

    public float Weight => _linear.weight![0, 0].item<float>();

    public float[] Bias => _linear.bias!.data<float>().ToArray();

    public void Spoil()
    {
        using var _ = no_grad();
        _linear.weight!.fill_(float.NaN);
    }

    public override OnnxValue AddTo(OnnxGraph graph, OnnxClassifierInputs inputs) => throw new NotSupportedException("Trained here, never exported.");

    protected override Tensor Logits(Tensor pixels, Tensor tabular)
    {
        var logits = _linear.call(nn.functional.avg_pool2d(pixels, [64, 19]).flatten(1));
        return IsSteep ? logits + _linear.bias!.sqrt() : logits;
    }
}
