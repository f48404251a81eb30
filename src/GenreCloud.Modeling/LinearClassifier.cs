using GenreCloud.Onnx;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace GenreCloud.Modeling;

/// <summary>
/// The linear baseline: softmax regression on three statistics of each mel band over time: its mean, its standard deviation, and the
/// mean absolute difference of neighbouring frames. It knows which bands are loud, how much they vary and how fast, and nothing of
/// melody or rhythm; a network that is no better has learnt nothing more.
/// </summary>
public sealed class LinearClassifier : SpectrogramNetwork
{
    /// <summary>Its name in the catalogue.</summary>
    public const string ArchitectureName = "linear";

    private const int Statistics = 3 * SpectrogramShape.Bands;
    private const int Steps = SpectrogramShape.Frames - 1;

    /// <summary>Under the root, so that a silent band has a gradient. A tenth of a grey level.</summary>
    private const float VarianceFloor = 1e-7f;

    [ComponentName(Name = "normalization")]
    private readonly BatchNorm2d _normalization;

    [ComponentName(Name = "linear")]
    private readonly Linear _linear;

    /// <inheritdoc cref="SpectrogramNetwork(string, int)"/>
    public LinearClassifier(int classes)
        : base(ArchitectureName, classes)
    {
        _normalization = nn.BatchNorm2d(Statistics);
        _linear = nn.Linear(Statistics, classes);
        RegisterComponents();
    }

    public override Linear Classifier => _linear;

    public override OnnxValue AddTo(OnnxGraph graph, OnnxClassifierInputs inputs)
    {
        var bands = graph.Squeeze(inputs.Spectrogram, [1], Name("bands"));
        var mean = graph.Mean(bands, 2, Name("mean"));
        var centred = graph.Subtract(bands, graph.Unsqueeze(mean, 2, Name("means")), Name("centred"));
        var variance = graph.Mean(graph.Multiply(centred, centred, Name("squares")), 2, Name("variance"));
        var deviation = graph.SquareRoot(graph.Add(variance, graph.Constant("variance_floor", VarianceFloor), Name("floored")), Name("deviation"));
        var differences = graph.Subtract(graph.Slice(bands, 2, 1, Steps, Name("later")), graph.Slice(bands, 2, 0, Steps, Name("earlier")), Name("differences"));
        var movement = graph.Mean(graph.Absolute(differences, Name("sizes")), 2, Name("movement"));
        var statistics = graph.Unsqueeze(graph.Unsqueeze(graph.Concat([mean, deviation, movement], 1, Name("statistics")), 2, Name("column")), 3, Name("image"));
        return graph.Linear(graph.Flatten(graph.BatchNorm2d(statistics, _normalization), Name("features")), _linear);

        string Name(string name) => graph.NameWithin(this, name);
    }

    protected override Tensor Logits(Tensor pixels, Tensor tabular)
    {
        // Held, or the collector may free them while libtorch reads them.
        using Scalar floor = VarianceFloor;
        using Scalar one = 1;
        var bands = pixels.squeeze(1);
        var mean = bands.mean([2], keepdim: true);
        var deviation = (bands - mean).square().mean([2], keepdim: true).add(floor, one).sqrt();
        var movement = (bands.narrow(2, 1, Steps) - bands.narrow(2, 0, Steps)).abs().mean([2], keepdim: true);
        var statistics = cat([mean, deviation, movement], 1).unsqueeze(3);
        return _linear.call((training ? _normalization.NormalizeBatch(statistics) : _normalization.call(statistics)).flatten(1));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _normalization.Dispose();
            _linear.Dispose();
        }

        base.Dispose(disposing);
    }
}
