using GenreCloud.Onnx;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace GenreCloud.Modeling;

/// <summary>
/// The source project's genre classifier: a convolutional network reads 64 features for each of 20 time steps from the picture, a
/// GRU reads the steps in order, and a linear layer reads all of its outputs. Parameters are named as in the published checkpoint.
/// </summary>
public sealed class Crnn : SpectrogramNetwork
{
    /// <summary>Its name in the catalogue.</summary>
    public const string ArchitectureName = "crnn";

    [ComponentName(Name = "cnn")]
    private readonly ConvolutionStack _convolutions;

    [ComponentName(Name = "rnn")]
    private readonly RecurrentHead _head;

    /// <inheritdoc cref="SpectrogramNetwork(string, int)"/>
    public Crnn(int classes)
        : base(ArchitectureName, classes)
    {
        _convolutions = new ConvolutionStack();
        _head = new RecurrentHead(ConvolutionStack.Channels, ConvolutionStack.Steps, classes);
        RegisterComponents();
    }

    public override Linear Classifier => _head.Linear;

    internal ConvolutionStack Convolutions => _convolutions;

    internal RecurrentHead Head => _head;

    public override OnnxValue AddTo(OnnxGraph graph, OnnxClassifierInputs inputs)
    {
        var features = graph.Squeeze(_convolutions.AddTo(graph, inputs.Spectrogram), [2], graph.NameWithin(_head, "squeeze"));
        return _head.AddTo(graph, graph.Transpose(features, [0, 2, 1], graph.NameWithin(_head, "sequence")));
    }

    protected override Tensor Logits(Tensor pixels, Tensor tabular)
    {
        // [B,64,1,20] -> [B,20,64]
        using var features = _convolutions.call(pixels, Format);
        return _head.call(features.squeeze(2).transpose(1, 2).to(ScalarType.Float32));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _convolutions.Dispose();
            _head.Dispose();
        }

        base.Dispose(disposing);
    }
}
