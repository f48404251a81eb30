using static TorchSharp.torch;

namespace GenreCloud.Modeling.States;

/// <summary>A copy of a network's weights and statistics, to set it back to.</summary>
internal sealed class NetworkWeights : IDisposable
{
    private NetworkWeights(IReadOnlyList<(string Name, Tensor Tensor)> tensors) => Tensors = tensors;

    /// <summary>By the network's own names.</summary>
    public IReadOnlyList<(string Name, Tensor Tensor)> Tensors { get; }

    /// <summary>Copies them as they are now.</summary>
    public static NetworkWeights Copy(SpectrogramNetwork network)
    {
        using var _ = no_grad();
        return new([.. network.state_dict().Select(entry => (entry.Key, entry.Value.clone().DetachFromDisposeScope()))]);
    }

    /// <summary>Sets the network that they were copied from to them, to the bit.</summary>
    public void CopyTo(SpectrogramNetwork network)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var targets = network.state_dict();
        foreach (var (name, tensor) in Tensors)
        {
            targets[name].copy_(tensor);
        }
    }

    public void Dispose()
    {
        foreach (var (_, tensor) in Tensors)
        {
            tensor.Dispose();
        }
    }
}
