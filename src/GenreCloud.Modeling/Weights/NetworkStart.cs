using GenreCloud.Modeling.Checkpoints;
using static TorchSharp.torch;

namespace GenreCloud.Modeling.Weights;

/// <summary>Lets a training begin with what another network of the same architecture has learnt.</summary>
public static class NetworkStart
{
    /// <summary>
    /// Sets every parameter and buffer to the other network's, but for two things that belong to the labels and the data of the new
    /// training: the rows of the last layer go by their labels, and a label that the other network does not know keeps what its row drew;
    /// and the statistics of tabular columns stay those that the network was made with. Nothing is changed unless all of it fits.
    /// </summary>
    /// <param name="network">Made for this training.</param>
    /// <param name="weights">Of a network of the same architecture.</param>
    /// <param name="labels">Of the network's classes, in their order; each once.</param>
    /// <param name="otherLabels">Of the weights' classes, in their order; each once.</param>
    /// <exception cref="WeightsException">
    /// Tensors are missing, unknown, or of another type or shape (all of these are listed), or one has values that are not finite.
    /// </exception>
    public static void StartFrom(
        this SpectrogramNetwork network, SafeTensors weights, IReadOnlyList<string> labels, IReadOnlyList<string> otherLabels)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentOutOfRangeException.ThrowIfNotEqual(labels.Count, network.Classes);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var state = network.state_dict();
        RequireFit(weights, network, state, otherLabels.Count);

        var rows = otherLabels.Index().ToDictionary(label => label.Item, label => label.Index, StringComparer.Ordinal);
        foreach (var (name, target) in state.Where(entry => !IsOfData(entry.Key)))
        {
            var value = weights.Tensors[name].ToTorch();
            if (!IsOfLabels(network, target))
            {
                target.copy_(value);
                continue;
            }

            for (int row = 0; row < labels.Count; row++)
            {
                if (rows.TryGetValue(labels[row], out int other))
                {
                    target[row].copy_(value[other]);
                }
            }
        }
    }

    private static void RequireFit(SafeTensors weights, SpectrogramNetwork network, Dictionary<string, Tensor> state, int otherClasses)
    {
        string[] wrong =
        [
            .. state.Keys.Except(weights.Tensors.Keys, StringComparer.Ordinal).Select(name => $"{CheckpointException.Quote(name)} is missing"),
            .. weights.Tensors.Keys.Except(state.Keys, StringComparer.Ordinal).Select(name => $"the network has no {CheckpointException.Quote(name)}"),
            .. from entry in weights.Tensors
               where state.ContainsKey(entry.Key)
               let target = state[entry.Key]
               let shape = IsOfLabels(network, target) ? [otherClasses, .. target.shape[1..]] : target.shape
               where entry.Value.ElementType != target.dtype || !entry.Value.Shape.AsSpan().SequenceEqual(shape)
               select $"{CheckpointException.Quote(entry.Key)} is {entry.Value.ElementType} [{string.Join(',', entry.Value.Shape)}] and not {target.dtype} [{string.Join(',', shape)}]",
            .. from entry in weights.Tensors
               where entry.Value.ElementType == ScalarType.Float32 && !entry.Value.ToTorch().isfinite().all().item<bool>()
               select $"{CheckpointException.Quote(entry.Key)} has values that are not finite",
        ];
        if (wrong.Length > 0)
        {
            throw new WeightsException($"The weights are not those of a network {network.GetName()} of {otherClasses} classes: {CheckpointException.List(wrong)}. Start from another version.");
        }
    }

    private static bool IsOfLabels(SpectrogramNetwork network, Tensor tensor) =>
        ReferenceEquals(tensor, network.Classifier.weight) || ReferenceEquals(tensor, network.Classifier.bias);

    private static bool IsOfData(string name) => name.StartsWith(TabularNormalization.BufferPrefix, StringComparison.Ordinal);
}
