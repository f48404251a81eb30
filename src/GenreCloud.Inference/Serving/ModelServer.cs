using GenreCloud.Registry;
using Microsoft.Extensions.Options;

namespace GenreCloud.Inference.Serving;

/// <summary>
/// The model versions in memory, loaded from the registry on first use and kept while they are used. Each is loaded once,
/// however many requests ask for it at the same moment.
/// </summary>
public sealed class ModelServer(ModelRegistry registry, IOptions<InferenceOptions> options, TimeProvider time) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Model, int Version), Slot> _slots = [];

    /// <summary>The versions that are loaded and answered their golden spectrogram.</summary>
    public IReadOnlyList<ModelCard> Loaded
    {
        get
        {
            lock (_gate)
            {
                return [.. _slots.Values.Where(slot => slot.Model.IsCompletedSuccessfully).Select(slot => slot.Card!)];
            }
        }
    }

    /// <summary>A share in a loaded model version, which is loaded first where it is not yet.</summary>
    /// <exception cref="ModelCheckException">The version does not answer as its card says.</exception>
    public async Task<ServedModel.Use> UseAsync(string model, int version, CancellationToken cancellationToken)
    {
        while (true)
        {
            var served = await GetAsync(model, version).WaitAsync(cancellationToken);
            if (served.TryUse() is { } use)
            {
                return use;
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var slot in _slots.Values.Where(slot => slot.Served is not null))
            {
                slot.Served!.Dispose();
            }

            _slots.Clear();
        }
    }

    private Task<ServedModel> GetAsync(string model, int version)
    {
        lock (_gate)
        {
            if (_slots.TryGetValue((model, version), out var slot) && !slot.Model.IsFaulted)
            {
                slot.LastUse = time.GetTimestamp();
                return slot.Model;
            }

            // Not tied to the request that came first: the others that wait for it must not fail when that one is cancelled.
            slot = new Slot { LastUse = time.GetTimestamp() };
            slot.Model = Task.Run(() => LoadAsync(slot, model, version));
            _slots[(model, version)] = slot;
            UnloadLeastRecentlyUsed();
            return slot.Model;
        }
    }

    private async Task<ServedModel> LoadAsync(Slot slot, string model, int version)
    {
        var card = await registry.GetCardAsync(model, version, CancellationToken.None);
        var onnx = await registry.DownloadModelAsync(card, CancellationToken.None);
        slot.Card = card;
        return slot.Served = ServedModel.Load(card, onnx, options.Value.IntraOpThreads);
    }

    private void UnloadLeastRecentlyUsed()
    {
        while (_slots.Count > options.Value.MaxLoadedModels)
        {
            var (key, slot) = _slots.MinBy(pair => pair.Value.LastUse);
            _slots.Remove(key);
            _ = slot.Model.ContinueWith(
                load => slot.Served?.Dispose(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private sealed class Slot
    {
        public Task<ServedModel> Model { get; set; } = null!;

        public ModelCard? Card { get; set; }

        public ServedModel? Served { get; set; }

        public long LastUse { get; set; }
    }
}
