using System.Text.Json;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace GenreCloud.Modeling.States;

/// <summary>The state of a training on this machine: everything that its next step depends on, to be saved and restored.</summary>
internal sealed class TrainerState
{
    private const string BestPrefix = "best.";

    private readonly SpectrogramNetwork _network;
    private readonly NetworkOptimizer _optimizer;
    private readonly JsonObject _settings;

    public TrainerState(SpectrogramNetwork network, NetworkOptimizer optimizer, TrainingOptions options)
    {
        _network = network;
        _optimizer = optimizer;
        _settings = JsonSerializer.SerializeToNode(options, StateJson.Default.TrainingOptions)!.AsObject();

        // Another worker has other cores.
        _settings.Remove("threads");
        _settings.Add("network", network.GetName());
        _settings.Add("classes", network.Classes);
    }

    /// <summary>Writes the state; on the trainer's thread, between two steps.</summary>
    /// <param name="progress">How far the training has come.</param>
    /// <param name="best">The weights of the best epoch; null where none are kept yet.</param>
    public byte[] Save(TrainingProgress progress, NetworkWeights? best)
    {
        using var scope = NewDisposeScope();
        var tensors = Tensors(best?.Tensors ?? []).ToArray();
        var header = new StateHeader(_settings, progress, _optimizer.StepCounts, [.. tensors.Select(Describe)]);
        return StateFile.Write(header, tensors.Select(entry => entry.Tensor));
    }

    /// <summary>Reads a state and checks that it is one of this training.</summary>
    /// <exception cref="TrainerStateException">It is damaged or another's.</exception>
    public async Task<(StateHeader Header, byte[] Values)> ReadAsync(Stream source, CancellationToken cancellationToken)
    {
        var (header, values) = await StateFile.ReadAsync(source, Bytes(Tensors(NetworkTensors())), cancellationToken);
        RequireSameSettings(header.Settings);
        var tensors = Tensors(HasBest(header) ? NetworkTensors() : []).ToArray();
        if (!tensors.Select(Describe).SequenceEqual(header.Tensors) || values.Length != Bytes(tensors))
        {
            throw new TrainerStateException("The state is of a network with other weights.");
        }

        return header.OptimizerSteps.Length == _optimizer.StepCounts.Length && IsPossible(header.Progress)
            ? (header, values)
            : throw new TrainerStateException("The state is damaged: its numbers cannot be.");
    }

    /// <summary>Sets network and optimizer to a state that was read; on the trainer's thread.</summary>
    /// <returns>The weights of the best epoch, or null; the caller's to dispose.</returns>
    public NetworkWeights? Restore(StateHeader header, ReadOnlySpan<byte> values)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var best = HasBest(header) ? NetworkWeights.Copy(_network) : null;
        foreach (var (_, target) in Tensors(best?.Tensors ?? []))
        {
            var value = empty(target.shape, target.dtype);
            int count = value.bytes.Length;
            values[..count].CopyTo(value.bytes);
            target.copy_(value);
            values = values[count..];
        }

        _optimizer.StepCounts = header.OptimizerSteps;
        return best;
    }

    private static long Bytes(IEnumerable<(string Name, Tensor Tensor)> tensors) => tensors.Sum(entry => entry.Tensor.numel() * entry.Tensor.element_size());

    private void RequireSameSettings(JsonObject settings)
    {
        foreach (string name in _settings.Select(setting => setting.Key).Union(settings.Select(setting => setting.Key)))
        {
            if (!JsonNode.DeepEquals(_settings[name], settings[name]))
            {
                throw new TrainerStateException(
                    $"The state is of another training: its {name} is {Text(settings[name])}, not {Text(_settings[name])}.");
            }
        }

        static string Text(JsonNode? value) => value?.ToJsonString() ?? "null";
    }

    private static bool IsPossible(TrainingProgress progress) =>
        progress.BatchesPerEpoch >= 0
        && progress.Batches >= 0
        && progress.Batches <= progress.BatchesPerEpoch
        && progress.Epochs.Select(epoch => epoch.Epoch).SequenceEqual(Enumerable.Range(0, progress.Epochs.Count));

    private static bool HasBest(StateHeader header) => header.Tensors.Any(tensor => tensor.Name.StartsWith(BestPrefix, StringComparison.Ordinal));

    private IEnumerable<(string Name, Tensor Tensor)> NetworkTensors() => _network.state_dict().Select(entry => (entry.Key, entry.Value));

    private IEnumerable<(string Name, Tensor Tensor)> Tensors(IEnumerable<(string Name, Tensor Tensor)> best)
    {
        foreach (var (name, tensor) in NetworkTensors())
        {
            yield return ($"network.{name}", tensor);
        }

        foreach (var (name, first, second) in _optimizer.Moments)
        {
            yield return ($"first-moment.{name}", first);
            yield return ($"second-moment.{name}", second);
        }

        foreach (var (name, tensor) in best)
        {
            yield return (BestPrefix + name, tensor);
        }
    }

    private static TensorDescription Describe((string Name, Tensor Tensor) entry) =>
        new(entry.Name, entry.Tensor.dtype.ToString(), string.Join(',', entry.Tensor.shape));
}
