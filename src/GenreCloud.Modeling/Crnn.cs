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

    /// <summary>Name in the catalogue of the faster one, <see cref="Strided"/>.</summary>
    public const string StridedArchitectureName = "crnn-strided";

    /// <summary>
    /// The blocks whose pictures are large: 95% of the convolutions' work. Later ones pool, for a maximum keeps what was heard once,
    /// and costs little there.
    /// </summary>
    private const int LargeBlocks = 3;

    [ComponentName(Name = "cnn")]
    private readonly ConvolutionStack _convolutions;

    [ComponentName(Name = "rnn")]
    private readonly RecurrentHead _head;

    /// <inheritdoc cref="SpectrogramNetwork(string, int)"/>
    public Crnn(int classes)
        : this(ArchitectureName, classes, stridedBlocks: 0)
    {
    }

    private Crnn(string name, int classes, int stridedBlocks)
        : base(name, classes)
    {
        _convolutions = new ConvolutionStack(stridedBlocks);
        _head = new RecurrentHead(ConvolutionStack.Channels, ConvolutionStack.Steps, classes);
        RegisterComponents();
    }

    /// <summary>
    /// The same network with strides in place of the first three pools (Springenberg et al. 2015), for three tenths of the multiplications. Its
    /// parameters have the same names and shapes, so that it can start from weights that the pooling network has learnt.
    /// </summary>
    /// <inheritdoc cref="SpectrogramNetwork(string, int)"/>
    public static Crnn Strided(int classes) => new(StridedArchitectureName, classes, LargeBlocks);

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
