using GenreCloud.ModelRuntime;
using GenreCloud.Registry;
using Microsoft.Extensions.Options;

namespace GenreCloud.Inference.Serving;

/// <summary>
/// The model versions in memory, loaded from the registry on first use and kept while they are used. Each is loaded once,
/// however many requests ask for it at the same moment, and unloaded only when no request holds it.
/// </summary>
/// <remarks>
/// What a version takes of <see cref="InferenceOptions.ModelMemoryBytes"/> is what loading it and its first runs added to the process: its file is a
/// hundredth of that, since ONNX Runtime keeps what the runs needed for their intermediate results. One is loaded at a time, so that the growth is
/// its own. Memory that an unloaded version left hides the growth of the next one; therefore the largest that was seen of an architecture counts for
/// all versions of it.
/// </remarks>
internal sealed class ModelServer(ModelRegistry registry, IOptions<InferenceOptions> options, TimeProvider time) : IDisposable
{
    /// <summary>For how long a version that failed to load answers with that failure before it is tried again.</summary>
    public static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Model, int Version), Slot> _slots = [];
    private readonly Dictionary<string, long> _growthByArchitecture = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Model, int Version), long> _memoryBytes = [];
    private readonly SemaphoreSlim _loading = new(1);
    private readonly CancellationTokenSource _disposing = new();
    private IReadOnlySet<(string Model, int Version)> _production = new HashSet<(string, int)>();
    private bool _disposed;

    /// <summary>What the loaded versions take of the process's memory, in bytes.</summary>
    public long MemoryBytes
    {
        get
        {
            lock (_gate)
            {
                return LoadedBytes();
            }
        }
    }

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
            return new ModelUse(served, asked, () => Leave(slot), time);
        }
        catch
        {
            Leave(slot);
            throw;
        }
    }

    /// <summary>Says which versions requests come for all the time: they are unloaded last.</summary>
    public void Prefer(IReadOnlySet<(string Model, int Version)> production)
    {
        lock (_gate)
        {
            _production = production;
        }
    }

    /// <summary>Whether the version is loaded and answers.</summary>
    public bool IsLoaded(string model, int version)
    {
        lock (_gate)
        {
            return _slots.GetValueOrDefault((model, version))?.Served is not null;
        }
    }

    /// <summary>Whether the version is loaded, or may be without pushing out another one, as far as its need is known.</summary>
    public bool HasRoomFor(string model, int version)
    {
        lock (_gate)
        {
            return _slots.GetValueOrDefault((model, version)) is not null
                || LoadedBytes() + _memoryBytes.GetValueOrDefault((model, version), 1) <= options.Value.ModelMemoryBytes;
        }
    }

    /// <summary>Unloads a version, as soon as the requests that hold it are answered.</summary>
    public void Unload(string model, int version)
    {
        Slot? slot;
        lock (_gate)
        {
            if (!_slots.TryGetValue((model, version), out slot) || slot.Served is null)
            {
                return;
            }

            _slots.Remove((model, version));
        }

        Leave(slot);
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
            var served = await LoadAsync(card, cancellationToken);
            KeepLoaded(key, slot, served);
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

    private async Task<ServedModel> LoadAsync(ModelCard card, CancellationToken cancellationToken)
    {
        await _loading.WaitAsync(cancellationToken);
        try
        {
            var onnx = await registry.DownloadModelAsync(card, cancellationToken);
            var before = Environment.WorkingSet;
            var model = LoadedModel.Load(card, onnx, options.Value.IntraOpThreads, options.Value.ConcurrentRuns);
            var growth = Math.Max(Environment.WorkingSet - before, _growthByArchitecture.GetValueOrDefault(card.Architecture));
            _growthByArchitecture[card.Architecture] = growth;
            return new ServedModel(model, Math.Max(growth, card.SizeBytes));
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>Hands the model to those who wait for it, and unloads others until all fit into the memory that they may take.</summary>
    private void KeepLoaded((string Model, int Version) key, Slot loaded, ServedModel served)
    {
        var surplus = new List<Slot>();
        lock (_gate)
        {
            loaded.Served = served;
            _memoryBytes[key] = served.MemoryBytes;
            var others = from slot in _slots
                         where slot.Value.Served is not null && slot.Value != loaded
                         select new LoadedVersion(
                             slot.Key.Model, slot.Key.Version, slot.Value.Served!.MemoryBytes, _production.Contains(slot.Key), slot.Value.LastUse);
            foreach (var version in ModelEviction.Choose(others, LoadedBytes() - options.Value.ModelMemoryBytes))
            {
                _slots.Remove((version.Model, version.Version), out var slot);
                surplus.Add(slot!);
            }
        }

        surplus.ForEach(Leave);
    }

    private long LoadedBytes() => _slots.Values.Sum(slot => slot.Served?.MemoryBytes ?? 0);

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
