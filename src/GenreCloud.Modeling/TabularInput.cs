using GenreCloud.Onnx;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace GenreCloud.Modeling;

/// <summary>
/// Makes raw tabular values fit for a layer: what is missing (NaN) becomes what stands for it, and every column is normalised. The
/// statistics are buffers: they are saved with the weights, and are not learnt.
/// </summary>
internal sealed class TabularInput : nn.Module<Tensor, Tensor>
{
    // By these names a field follows its buffer to another device.
    [ComponentName(Name = "missing")]
    private readonly Tensor _missing;

    [ComponentName(Name = "mean")]
    private readonly Tensor _mean;

    [ComponentName(Name = "std")]
    private readonly Tensor _deviation;

    /// <exception cref="ArgumentException">The statistics do not fit.</exception>
    public TabularInput(TabularNormalization normalization, int columns)
        : base("tabular")
    {
        normalization.Validate(columns);
        _missing = tensor([.. normalization.Missing]);
        _mean = tensor([.. normalization.Mean]);
        _deviation = tensor([.. normalization.StandardDeviation]);
        register_buffer("missing", _missing);
        register_buffer("mean", _mean);
        register_buffer("std", _deviation);
    }

    public override Tensor forward(Tensor tabular)
    {
        using var scope = NewDisposeScope();
        return ((where(tabular.isnan(), _missing, tabular) - _mean) / _deviation).MoveToOuterDisposeScope();
    }

    public OnnxValue AddTo(OnnxGraph graph, OnnxValue tabular)
    {
        var present = graph.Where(
            graph.IsNaN(tabular, graph.NameWithin(this, "isMissing")),
            graph.Constant("tabular.missing", _missing),
            tabular,
            graph.NameWithin(this, "present"));
        var centred = graph.Subtract(present, graph.Constant("tabular.mean", _mean), graph.NameWithin(this, "centred"));
        return graph.Divide(centred, graph.Constant("tabular.std", _deviation), graph.NameWithin(this, "normalized"));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _missing.Dispose();
            _mean.Dispose();
            _deviation.Dispose();
        }

        base.Dispose(disposing);
    }
}
