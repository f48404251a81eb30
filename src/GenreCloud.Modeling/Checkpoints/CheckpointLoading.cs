using static TorchSharp.torch;

namespace GenreCloud.Modeling.Checkpoints;

/// <summary>Puts a checkpoint's tensors into a network. Here libtorch is needed.</summary>
public static class CheckpointLoading
{
    /// <summary>The count of batches behind BatchNorm's running statistics. Checkpoints before PyTorch 0.4.1 lack it, and no answer depends on it.</summary>
    private const string BatchCount = "num_batches_tracked";

    /// <summary>
    /// Sets every parameter and buffer of the network to the checkpoint's tensor of the same name, converted to the network's element
    /// type. Nothing is changed unless all of it fits.
    /// </summary>
    /// <param name="checkpoint">Of the network's architecture.</param>
    /// <param name="network">Keeps its own values where the checkpoint may and does lack them.</param>
    /// <param name="optional">
    /// Names that the checkpoint may lack, or prefixes of such names, which end in a dot: <c>tabular.</c>. Every <c>num_batches_tracked</c> is
    /// optional.
    /// </param>
    /// <exception cref="CheckpointException">
    /// Names are missing or not the network's, shapes or kinds of numbers differ (all of these are listed), or a tensor has values that are
    /// not finite.
    /// </exception>
    public static void LoadInto(this PyTorchCheckpoint checkpoint, SpectrogramNetwork network, params IReadOnlyCollection<string> optional)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(network);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var state = network.state_dict();
        RequireFit(checkpoint, network, state, optional);

        var values = new List<(Tensor Target, Tensor Value)>();
        foreach (var (name, tensor) in checkpoint.Tensors)
        {
            var value = tensor.ToTorch().to(state[name].dtype);
            if (value.is_floating_point() && !value.isfinite().all().item<bool>())
            {
                throw new CheckpointException(
                    $"The tensor {CheckpointException.Quote(name)} has values that are not finite as {value.dtype}: the training that wrote the checkpoint diverged. Give a checkpoint from before that.");
            }

            values.Add((state[name], value));
        }

        foreach (var (target, value) in values)
        {
            target.copy_(value);
        }
    }

    /// <summary>
    /// The number of classes of the model in the checkpoint: the size that its tensors have where the architecture's depend on it. The
    /// rest is not compared; <see cref="LoadInto"/> does that. Makes two networks to find out, which draws from torch's global generator.
    /// </summary>
    /// <exception cref="CheckpointException">The checkpoint is not of this architecture, or its tensors do not agree.</exception>
    public static int CountClasses(this PyTorchCheckpoint checkpoint, Architecture architecture)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(architecture);
        var tabular = TabularNormalization.None(architecture.TabularColumns);
        using var smaller = architecture.Build(new NetworkInputs(2, tabular));
        using var larger = architecture.Build(new NetworkInputs(3, tabular));
        var largerState = larger.state_dict();
        long? classes = null;
        foreach (var (name, value) in smaller.state_dict())
        {
            long[] shape = value.shape;
            long[] largerShape = largerState[name].shape;
            for (int dimension = 0; dimension < shape.Length; dimension++)
            {
                if (shape[dimension] == largerShape[dimension])
                {
                    continue;
                }

                long found = checkpoint.Tensors.TryGetValue(name, out var tensor) && tensor.Shape.Length == shape.Length
                    ? tensor.Shape[dimension]
                    : throw new CheckpointException($"The checkpoint is not of the architecture {architecture.Name}: it has no {CheckpointException.Quote(name)} of {shape.Length} dimensions. Name the architecture that it was trained with.");
                if (found is < 2 or > CheckpointLimits.Classes || (classes ??= found) != found)
                {
                    throw new CheckpointException(
                        FormattableString.Invariant($"The checkpoint's {CheckpointException.Quote(name)} is for {found} classes, which is not 2 to {CheckpointLimits.Classes} or not what its other tensors are for. Name the architecture that it was trained with."));
                }
            }
        }

        return (int)(classes ?? throw new ArgumentException($"No tensor of {architecture.Name} depends on the number of classes.", nameof(architecture)));
    }

    private static void RequireFit(PyTorchCheckpoint checkpoint, SpectrogramNetwork network, Dictionary<string, Tensor> state, IReadOnlyCollection<string> optional)
    {
        string[] missing = [.. state.Keys.Where(name => !checkpoint.Tensors.ContainsKey(name) && !IsOptional(name, optional)).Select(CheckpointException.Quote)];
        string[] unexpected = [.. checkpoint.Tensors.Keys.Where(name => !state.ContainsKey(name)).Select(CheckpointException.Quote)];
        string[] different =
        [
            .. from entry in checkpoint.Tensors
               where state.ContainsKey(entry.Key)
               let target = state[entry.Key]
               where !entry.Value.Shape.AsSpan().SequenceEqual(target.shape) || IsFloatingPoint(entry.Value.ElementType) != target.is_floating_point()
               select $"{Describe(entry.Key, [.. entry.Value.Shape])} of {entry.Value.ElementType} (the network has [{string.Join(',', target.shape)}] of {target.dtype})",
        ];
        if (missing.Length + unexpected.Length + different.Length > 0)
        {
            throw new CheckpointException(
                $"The checkpoint does not fit the network {network.GetName()} of {network.Classes} classes."
                + Sentence("It lacks", missing)
                + Sentence("The network does not have its", unexpected)
                + Sentence("Not alike are", different)
                + " Name the architecture and the number of classes that it was trained with.");
        }
    }

    private static string Sentence(string start, string[] items) => items.Length == 0 ? "" : $" {start} {CheckpointException.List(items)}.";

    private static string Describe(string name, long[] shape) => $"{CheckpointException.Quote(name)} [{string.Join(',', shape)}]";

    private static bool IsOptional(string name, IReadOnlyCollection<string> optional) =>
        name[(name.LastIndexOf('.') + 1)..] == BatchCount
        || optional.Any(allowed => name == allowed || (allowed.EndsWith('.') && name.StartsWith(allowed, StringComparison.Ordinal)));

    private static bool IsFloatingPoint(ScalarType type) => type is ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Float32 or ScalarType.Float64;
}
