using GenreCloud.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenreCloud.Modeling.Tests;

/// <summary>Has what a state must not lose: running statistics, dropout and a tabular branch.</summary>
internal sealed class DroppingNetwork : SpectrogramNetwork
{
    private readonly Linear _first;
    private readonly BatchNorm1d _normalization = nn.BatchNorm1d(8);
    private readonly Dropout _dropout = nn.Dropout(0.3);
    private readonly Linear _second;

    public DroppingNetwork(int classes, long seed)
        : base("dropping", classes)
    {
        manual_seed(seed);
        _first = nn.Linear(2 * 68, 8);
        _second = nn.Linear(8 + TabularColumns, classes);
        RegisterComponents();
    }

    public override int TabularColumns => 2;

    public override Linear Classifier => _second;

    public override OnnxValue AddTo(OnnxGraph graph, OnnxClassifierInputs inputs) => throw new NotSupportedException("Trained here, never exported.");

    protected override Tensor Logits(Tensor pixels, Tensor tabular)
    {
        var projected = _first.call(nn.functional.avg_pool2d(pixels, [64, 19]).flatten(1));
        var features = training ? _normalization.NormalizeBatch(projected) : _normalization.call(projected);
        return _second.call(cat([_dropout.call(features), tabular.nan_to_num()], 1));
    }
}
