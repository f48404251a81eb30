using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GenreCloud.Onnx;

/// <content>Layers over sequences, [batch,steps,features].</content>
public sealed partial class OnnxGraph
{
    /// <summary>A gated recurrent unit of one or more layers that starts from a zero state.</summary>
    /// <remarks>
    /// PyTorch stacks the gates as reset, update, new; ONNX as update, reset, hidden: the first two thirds of every weight and
    /// bias change places. PyTorch applies the reset gate after the recurrent product and its bias: linear_before_reset = 1. ONNX
    /// Runtime computes only step-major sequences (layout 0), hence the transpositions around the layers.
    /// </remarks>
    /// <param name="input">Float32 [batch,steps,features].</param>
    /// <param name="layer">Batch first, one direction, with biases. Its dropout, if any, is for training and left out.</param>
    /// <returns>The last layer's state after every step, Float32 [batch,steps,hidden].</returns>
    /// <exception cref="ArgumentException">The input does not fit the layer.</exception>
    /// <exception cref="NotSupportedException">The layer is bidirectional, not batch first, or has no biases.</exception>
    public OnnxValue Gru(OnnxValue input, GRU layer)
    {
        var path = PathOf(layer);
        var name = NodeName(path);
        var parameters = layer.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter, StringComparer.Ordinal);
        RequireSupported(!parameters.ContainsKey("weight_ih_l0_reverse"), name, "it is bidirectional");
        RequireSupported(parameters.ContainsKey("bias_ih_l0"), name, "it has no biases");

        var features = parameters["weight_ih_l0"].shape[1];
        Require(
            input is { ElementType: OnnxElementType.Float32, Rank: 3 } && input.Shape[2] == features,
            name,
            $"Float32 [batch,steps,{Text(features)}]",
            input);
        RequireSupported(IsBatchFirst(layer, features), name, "it is not batch first");

        var hidden = parameters["weight_hh_l0"].shape[1];
        var (batch, steps) = (input.Shape[0], input.Shape[1]);
        var sequence = Transpose(input, [1, 0, 2], $"{name}/steps_first");
        for (var index = 0; parameters.ContainsKey($"weight_ih_l{Text(index)}"); index++)
        {
            var number = Text(index);
            var states = AddNode(
                "GRU",
                $"{name}/l{number}",
                [
                    sequence,
                    Gates("W", "weight_ih"),
                    Gates("R", "weight_hh"),
                    Gates("B", "bias_ih", "bias_hh"),
                ],
                OnnxElementType.Float32,
                [steps, 1, batch, hidden],
                Attribute("hidden_size", hidden),
                Attribute("linear_before_reset", 1),
                Attribute("layout", 0));
            sequence = Squeeze(states, [1], $"{name}/l{number}/states");

            // ONNX wants a leading dimension for the direction, and both biases behind each other.
            OnnxValue Gates(string role, params ReadOnlySpan<string> names)
            {
                using var scope = NewDisposeScope();
                using var noGrad = no_grad();
                var parts = names.ToArray().Select(part => UpdateGateFirst(parameters[$"{part}_l{number}"]));
                return Constant($"{path}.l{number}.{role}", cat([.. parts], 0).unsqueeze(0));
            }
        }

        return Transpose(sequence, [1, 0, 2], $"{name}/batch_first");
    }

    private static Tensor UpdateGateFirst(Tensor stacked)
    {
        var gates = stacked.chunk(3, 0);
        return cat([gates[1], gates[0], gates[2]], 0);
    }

    // TorchSharp does not tell how a GRU was made. Its final state, [layers,batch,hidden], does: 2 sequences of 3 steps.
    private static bool IsBatchFirst(GRU layer, long features)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var device = layer.parameters().First().device;
        var (_, state) = layer.call(zeros(2, 3, features, device: device), null!);
        return state.shape[1] == 2;
    }
}
