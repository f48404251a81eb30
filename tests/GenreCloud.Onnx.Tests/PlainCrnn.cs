using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenreCloud.Onnx.Tests;

/// <summary>
/// The layers of DESIGN.md's <c>crnn</c> in their order, built from plain TorchSharp modules, so that the library is tested on its own.
/// </summary>
internal sealed class PlainCrnn : nn.Module<Tensor, Tensor?, Tensor>, IOnnxExportable
{
    private static readonly (long Height, long Width)[] Pools = [(2, 2), (2, 2), (2, 2), (4, 2), (4, 4)];

    private readonly List<(Conv2d Conv, BatchNorm2d Norm)> _blocks = [];
    private readonly GRU _gru;
    private readonly Linear _linear;

    public PlainCrnn(long classes = 10)
        : base(nameof(PlainCrnn))
    {
        for (var index = 0; index < Pools.Length; index++)
        {
            var conv = nn.Conv2d(index == 0 ? 1 : 64, 64, 3, padding: 1);
            var norm = nn.BatchNorm2d(64);
            register_module($"conv{index + 1}", conv);
            register_module($"norm{index + 1}", norm);
            _blocks.Add((conv, norm));
        }

        _gru = nn.GRU(64, 64, 2, batchFirst: true);
        _linear = nn.Linear(20 * 64, classes);
        register_module("gru", _gru);
        register_module("linear", _linear);
    }

    public int TabularColumns => 0;

    public override Tensor forward(Tensor input, Tensor? tabular)
    {
        using var scope = NewDisposeScope();
        var x = (input.to_type(ScalarType.Float32) / 255f).unsqueeze(1);
        foreach (var ((conv, norm), (height, width)) in _blocks.Zip(Pools))
        {
            x = nn.functional.max_pool2d(nn.functional.relu(norm.call(conv.call(x))), [height, width]);
        }

        var (states, _) = _gru.call(x.squeeze(2).transpose(1, 2).contiguous(), null!);
        return _linear.call(states.flatten(1)).MoveToOuterDisposeScope();
    }

    public OnnxValue AddTo(OnnxGraph graph, OnnxClassifierInputs inputs)
    {
        var x = inputs.Spectrogram;
        foreach (var ((block, index), (height, width)) in _blocks.Select((block, index) => (block, index)).Zip(Pools))
        {
            x = graph.BatchNorm2d(graph.Conv2d(x, block.Conv), block.Norm);
            x = graph.MaxPool2d(graph.Relu(x, $"relu{index + 1}"), height, width, $"pool{index + 1}");
        }

        var sequence = graph.Transpose(graph.Squeeze(x, [2], "sequence/squeeze"), [0, 2, 1], "sequence/transpose");
        return graph.Linear(graph.Flatten(graph.Gru(sequence, _gru), "flatten"), _linear);
    }
}
