using GenreCloud.Onnx;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace GenreCloud.Modeling;

/// <summary>
/// The source project's metal subgenre classifier: what <see cref="Crnn"/> hears, put into 64 numbers, beside what two dense layers
/// make of the track's 16 tabular features; one linear layer reads both. Parameters are named as in the published checkpoint.
/// </summary>
public sealed class CrnnTabular : SpectrogramNetwork
{
    /// <summary>Its name in the catalogue.</summary>
    public const string ArchitectureName = "crnn-tabular";

    /// <summary>Tabular features that it takes.</summary>
    public const int Columns = 16;

    private const int Heard = 64;
    private const int Known = 32;

    [ComponentName(Name = "tabular")]
    private readonly TabularInput _tabular;

    [ComponentName(Name = "cnn")]
    private readonly ConvolutionStack _convolutions;

    [ComponentName(Name = "rnn")]
    private readonly RecurrentBranch _recurrent;

    [ComponentName(Name = "fcn")]
    private readonly DenseBranch _dense;

    [ComponentName(Name = "final_layer")]
    private readonly Linear _final;

    /// <summary>A network with the weights that its layers draw.</summary>
    /// <param name="inputs">With the statistics of the 16 columns.</param>
    /// <exception cref="ArgumentException">There are no statistics, or they do not fit.</exception>
    public CrnnTabular(NetworkInputs inputs)
        : base(ArchitectureName, inputs.Classes)
    {
        _tabular = new TabularInput(
            inputs.Tabular ?? throw new ArgumentException($"{ArchitectureName} needs the statistics of its {Columns} tabular columns.", nameof(inputs)), Columns);
        _convolutions = new ConvolutionStack();
        _recurrent = new RecurrentBranch(ConvolutionStack.Channels, ConvolutionStack.Steps, Heard);
        _dense = new DenseBranch(Columns, Known);
        _final = nn.Linear(Heard + Known, inputs.Classes);
        RegisterComponents();
    }

    public override int TabularColumns => Columns;

    public override Linear Classifier => _final;

    internal ConvolutionStack Convolutions => _convolutions;

    public override OnnxValue AddTo(OnnxGraph graph, OnnxClassifierInputs inputs)
    {
        var features = graph.Squeeze(_convolutions.AddTo(graph, inputs.Spectrogram), [2], graph.NameWithin(_recurrent, "squeeze"));
        var heard = _recurrent.AddTo(graph, graph.Transpose(features, [0, 2, 1], graph.NameWithin(_recurrent, "sequence")));
        var known = _dense.AddTo(graph, _tabular.AddTo(graph, inputs.Tabular!));
        return graph.Linear(graph.Concat([heard, known], 1, graph.NameWithin(_final, "inputs")), _final);
    }

    protected override Tensor Logits(Tensor pixels, Tensor tabular)
    {
        // [B,64,1,20] -> [B,20,64]
        using var features = _convolutions.call(pixels, Format);
        var heard = _recurrent.call(features.squeeze(2).transpose(1, 2).to(ScalarType.Float32));
        return _final.call(cat([heard, _dense.call(_tabular.call(tabular))], 1));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _tabular.Dispose();
            _convolutions.Dispose();
            _recurrent.Dispose();
            _dense.Dispose();
            _final.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>A GRU of two layers over the time steps, and a linear layer over all of its outputs: [B,20,64] to [B,64].</summary>
    private sealed class RecurrentBranch : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = "gru")]
        private readonly GRU _gru;

        [ComponentName(Name = "fc")]
        private readonly Linear _linear;

        public RecurrentBranch(int features, int steps, int outputs)
            : base("rnn")
        {
            _gru = nn.GRU(features, features, numLayers: RecurrentHead.Layers, batchFirst: true);
            _linear = nn.Linear(features * steps, outputs);
            RegisterComponents();
        }

        public override Tensor forward(Tensor sequence) => RecurrentHead.Read(sequence, _gru, _linear);

        public OnnxValue AddTo(OnnxGraph graph, OnnxValue sequence) => RecurrentHead.AddTo(graph, sequence, this, _gru, _linear);

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

    /// <summary>Two dense layers with ReLU: [B,16] to [B,32].</summary>
    private sealed class DenseBranch : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = "fc1")]
        private readonly Linear _first;

        [ComponentName(Name = "fc2")]
        private readonly Linear _second;

        public DenseBranch(int columns, int width)
            : base("fcn")
        {
            _first = nn.Linear(columns, width);
            _second = nn.Linear(width, width);
            RegisterComponents();
        }

        public override Tensor forward(Tensor tabular)
        {
            using var scope = NewDisposeScope();
            return _second.call(_first.call(tabular).relu_()).relu_().MoveToOuterDisposeScope();
        }

        public OnnxValue AddTo(OnnxGraph graph, OnnxValue tabular)
        {
            var hidden = graph.Relu(graph.Linear(tabular, _first), graph.NameWithin(this, "relu1"));
            return graph.Relu(graph.Linear(hidden, _second), graph.NameWithin(this, "relu2"));
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _first.Dispose();
                _second.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
