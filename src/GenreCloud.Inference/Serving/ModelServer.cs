using GenreCloud.ModelRuntime;
using GenreCloud.Registry;
using Microsoft.Extensions.Options;

namespace GenreCloud.Inference.Serving;

/// <summary>
/// The model versions in memory, loaded from the registry on first use and kept while they are used. Each is loaded once,
/// however many requests ask for it at the same moment, and unloaded only when no request holds it.
/// </summary>
internal sealed class ModelServer(ModelRegistry registry, IOptions<InferenceOptions> options, TimeProvider time) : IDisposable
{
    /// <summary>For how long a version that failed to load answers with that failure before it is tried again.</summary>
    public static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Model, int Version), Slot> _slots = [];
    private readonly CancellationTokenSource _disposing = new();
    private bool _disposed;

    /// <summary>A share in a model version, which is loaded first where it is not yet.</summary>
    /// <exception cref="ModelNotFoundException">The registry has no such version.</exception>
    /// <exception cref="ModelCheckException">The version does not answer as its card says.</exception>
    /// <exception cref="UnusableModelException">Its file is missing or altered.</exception>
    public async Task<ModelUse> UseAsync(string model, int version, CancellationToken cancellationToken)
    {
        var asked = time.GetTimestamp();
        var slot = Enter((model, version));
        try
        {
            var served = await slot.Loading.WaitAsync(cancellationToken);
            return new ModelUse(served, time.GetElapsedTime(asked), () => Leave(slot), time);
        }
        catch
        {
            Leave(slot);
            throw;
        }
    }

    /// <summary>Unloads what nobody holds; the rest goes with its last request, or when its load is done.</summary>
    public void Dispose()
    {
        Slot[] slots;
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            slots = [.. _slots.Values];
            _slots.Clear();
        }

        _disposing.Cancel();
        foreach (var slot in slots)
        {
            Leave(slot);
        }

        _disposing.Dispose();
    }

    private Slot Enter((string Model, int Version) key)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_slots.TryGetValue(key, out var slot)
                || (slot.FailedAt is { } failedAt && time.GetElapsedTime(failedAt) >= RetryDelay))
            {
                // Not tied to the request that came first: the others that wait for it must not fail when that one is cancelled.
                var stopping = _disposing.Token;
                var fresh = slot = new Slot();
                _slots[key] = slot;
                slot.Loading = Task.Run(() => LoadAsync(key, fresh, stopping), CancellationToken.None);
            }

            slot.Holders++;
            slot.LastUse = time.GetTimestamp();
            return slot;
        }
    }

    private void Leave(Slot slot)
    {
        ServedModel? unused = null;
        lock (_gate)
        {
            slot.Holders--;
            if (slot.Holders == 0)
            {
                (unused, slot.Served) = (slot.Served, null);
            }
        }

        unused?.Dispose();
    }

    private async Task<ServedModel> LoadAsync((string Model, int Version) key, Slot slot, CancellationToken cancellationToken)
    {
        try
        {
            var card = await registry.GetCardAsync(key.Model, key.Version, cancellationToken);
            var onnx = await registry.DownloadModelAsync(card, cancellationToken);
            var served = new ServedModel(LoadedModel.Load(card, onnx, options.Value.IntraOpThreads));
            KeepLoaded(slot, served);
            return served;
        }
        catch (Exception exception)
        {
            lock (_gate)
            {
                slot.FailedAt = time.GetTimestamp();

                // It may be registered the next moment, and there is no end of versions that do not exist.
                if (exception is ModelNotFoundException && _slots.GetValueOrDefault(key) == slot)
                {
                    _slots.Remove(key);
                }
            }

            throw;
        }
        finally
        {
            Leave(slot);
        }
    }

    /// <summary>Hands the model to those who wait for it, and unloads the least recently used ones past the limit.</summary>
    private void KeepLoaded(Slot loaded, ServedModel served)
    {
        var surplus = new List<Slot>();
        lock (_gate)
        {
            loaded.Served = served;
            var others = _slots.Where(slot => slot.Value.Served is not null && slot.Value != loaded).OrderBy(slot => slot.Value.LastUse).ToList();
            foreach (var (key, slot) in others.SkipLast(options.Value.MaxLoadedModels - 1))
            {
                _slots.Remove(key);
                surplus.Add(slot);
            }
        }

        surplus.ForEach(Leave);
    }

    /// <summary>
    /// A place for one version. It is held by the table, by its load, and by every request that waits for it or uses it; who
    /// leaves last unloads it. So what a request waits for cannot be unloaded before that request had it.
    /// </summary>
    private sealed class Slot
    {
        public Task<ServedModel> Loading { get; set; } = null!;

        public ServedModel? Served { get; set; }

        public int Holders { get; set; } = 2;

        public long? FailedAt { get; set; }

        public long LastUse { get; set; }
    }
}
