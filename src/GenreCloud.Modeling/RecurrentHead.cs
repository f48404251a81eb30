using GenreCloud.Onnx;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace GenreCloud.Modeling;

/// <summary>A GRU of two layers over the time steps, and a linear layer over all of its outputs: [B,20,64] to [B,classes].</summary>
internal sealed class RecurrentHead : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "gru")]
    private readonly GRU _gru;

    [ComponentName(Name = "linear")]
    private readonly Linear _linear;

    public RecurrentHead(int features, int steps, int classes)
        : base("rnn")
    {
        _gru = nn.GRU(features, features, numLayers: Layers, batchFirst: true);
        _linear = nn.Linear(features * steps, classes);
        RegisterComponents();
    }

    public static int Layers => 2;

    public GRU Gru => _gru;

    public Linear Linear => _linear;

    public override Tensor forward(Tensor sequence) => Read(sequence, _gru, _linear);

    public OnnxValue AddTo(OnnxGraph graph, OnnxValue sequence) => AddTo(graph, sequence, this, _gru, _linear);

    /// <summary>The linear layer over all outputs of the GRU; for modules whose checkpoints name these layers otherwise, too.</summary>
    internal static Tensor Read(Tensor sequence, GRU gru, Linear linear)
    {
        using var scope = NewDisposeScope();
        var (outputs, _) = gru.call(sequence, null);
        return linear.call(outputs.flatten(1)).MoveToOuterDisposeScope();
    }

    /// <summary><see cref="Read"/> as ONNX.</summary>
    internal static OnnxValue AddTo(OnnxGraph graph, OnnxValue sequence, nn.Module owner, GRU gru, Linear linear) =>
        graph.Linear(graph.Flatten(graph.Gru(sequence, gru), graph.NameWithin(owner, "flatten")), linear);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _gru.Dispose();
            _linear.Dispose();
        }

        base.Dispose(disposing);
    }
}
