using GenreCloud.Datasets.Samples;

namespace GenreCloud.Datasets.Shards;

/// <summary>
/// The decoded pictures that one pass over samples finds and leaves: it opens a shard's file with the first picture of it, and closes it after the
/// last. Until then the file stays, so that a cache that is too small for all shards is of use for some.
/// </summary>
internal sealed class DecodedPass : IDisposable
{
    private readonly ShardCache _cache;
    private readonly IReadOnlyList<Sample> _samples;

    /// <summary>Of each sample within its shard.</summary>
    private readonly int[] _places;

    /// <summary>Of each shard in the order: where its last picture stands; -1 for none.</summary>
    private readonly int[] _last;

    private readonly Lazy<DecodedShard?>[] _shards;
    private readonly Lock _opening = new();
    private int _position;

    /// <param name="cache">The shards.</param>
    /// <param name="samples">All samples of the version.</param>
    /// <param name="order">Indices of the samples that will be read.</param>
    public DecodedPass(ShardCache cache, IReadOnlyList<Sample> samples, IReadOnlyList<int> order)
    {
        _cache = cache;
        _samples = samples;
        _places = PlacesOf(samples, cache.Shards.Count);
        _last = [.. Enumerable.Repeat(-1, cache.Shards.Count)];
        foreach (var (place, index) in order.Index())
        {
            _last[samples[index].Shard] = place;
        }

        _shards = [.. Enumerable.Range(0, cache.Shards.Count).Select(shard => new Lazy<DecodedShard?>(() => Open(shard)))];
    }

    /// <summary>Reads a picture that was decoded before. May be called on several threads.</summary>
    /// <param name="index">Of the sample.</param>
    /// <param name="pixels">Gets uint8 [128,1292]; undefined where there is none.</param>
    public bool TryRead(int index, Span<byte> pixels) => _shards[_samples[index].Shard].Value?.TryRead(_places[index], _samples[index], pixels) ?? false;

    /// <summary>Keeps a picture for later passes. May be called on several threads.</summary>
    public void Write(int index, ReadOnlySpan<byte> pixels) => _shards[_samples[index].Shard].Value?.Write(_places[index], pixels);

    /// <inheritdoc cref="ShardPass.MoveTo"/>
    public void MoveTo(int position)
    {
        _position = position;
        Close(shard => _last[shard] < position);
    }

    public void Dispose() => Close(_ => true);

    private static int[] PlacesOf(IReadOnlyList<Sample> samples, int shards)
    {
        var counts = new int[shards];
        return [.. samples.Select(sample => counts[sample.Shard]++)];
    }

    private DecodedShard? Open(int shard)
    {
        // One after another: two that make room at once would make too much.
        lock (_opening)
        {
            return _cache.TryOpenDecoded(shard, Enumerable.Range(0, _last.Length).Where(other => _last[other] >= _position));
        }
    }

    private void Close(Func<int, bool> isDone)
    {
        foreach (var (shard, file) in _shards.Index())
        {
            if (isDone(shard) && file.IsValueCreated)
            {
                file.Value?.Dispose();
            }
        }
    }
}
