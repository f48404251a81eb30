using System.Buffers;
using System.Threading.Channels;
using GenreCloud.Datasets.Png;
using GenreCloud.Datasets.Samples;
using Microsoft.Win32.SafeHandles;

namespace GenreCloud.Datasets.Shards;

/// <summary>
/// One pass over samples: brings their shards to the local disk in the order of their first use, as far ahead as there is room, and
/// reads a picture from the disk if its shard is there, else from the storage. So no picture waits for a shard: a pass begins at
/// once, and a full disk only makes it slower. Where the cache keeps decoded pictures, each is decoded in the first pass only.
/// </summary>
internal sealed class ShardPass : IAsyncDisposable
{
    private readonly ShardCache _cache;
    private readonly IReadOnlyList<Sample> _samples;
    private readonly ShardUse[] _uses;
    private readonly SafeFileHandle?[] _files;
    private readonly DecodedPass? _decoded;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _fetching;

    /// <summary>Has how many of the pass's pictures were read, whenever that has changed; only the newest counts.</summary>
    private readonly Channel<int> _position =
        Channel.CreateBounded<int>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    private volatile bool _isRead;

    /// <param name="cache">The shards.</param>
    /// <param name="samples">All samples of the version.</param>
    /// <param name="order">Indices of the samples that will be read.</param>
    public ShardPass(ShardCache cache, IReadOnlyList<Sample> samples, IReadOnlyList<int> order)
    {
        _cache = cache;
        _samples = samples;
        _uses = UsesOf(samples, order);
        _files = new SafeFileHandle?[cache.Shards.Count];
        _decoded = cache.KeepsDecoded ? new DecodedPass(cache, samples, order) : null;
        _fetching = Task.Run(FetchAsync);
    }

    /// <summary>Reads and decodes a picture. May be called on several threads.</summary>
    /// <param name="index">Of a sample of the pass.</param>
    /// <param name="pixels">Gets uint8 [128,1292].</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="DatasetException">The picture is damaged.</exception>
    public async ValueTask ReadAsync(int index, Memory<byte> pixels, CancellationToken cancellationToken)
    {
        if (_fetching.IsFaulted)
        {
            await _fetching;
        }

        if (_decoded?.TryRead(index, pixels.Span) ?? false)
        {
            return;
        }

        await DecodeAsync(_samples[index], pixels, cancellationToken);
        _decoded?.Write(index, pixels.Span);
    }

    private async ValueTask DecodeAsync(Sample sample, Memory<byte> pixels, CancellationToken cancellationToken)
    {
        if (FileOf(sample.Shard) is not { } file)
        {
            await ReadRemoteAsync(sample, pixels, cancellationToken);
            return;
        }

        var png = ArrayPool<byte>.Shared.Rent(sample.Length);
        try
        {
            ReadLocal(file, sample, png.AsSpan(0, sample.Length));
            Decode(sample, png.AsSpan(0, sample.Length), pixels.Span);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(png);
        }
    }

    /// <summary>Says that the pictures before this place of the order were read. Not to be called while one is being read.</summary>
    public void MoveTo(int position)
    {
        // A deleted file takes its room until it is closed.
        foreach (var (shard, _) in _uses.Where(use => use.Last < position))
        {
            Interlocked.Exchange(ref _files[shard], null)?.Dispose();
        }

        _decoded?.MoveTo(position);
        _position.Writer.TryWrite(position);
    }

    /// <summary>The whole order was read: the shard that is being fetched is still completed, for the next pass, and no other begun.</summary>
    public async Task CompleteAsync()
    {
        _isRead = true;
        _position.Writer.Complete();
        await _fetching;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _fetching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
        foreach (var file in _files)
        {
            file?.Dispose();
        }

        _decoded?.Dispose();
    }

    /// <summary>A shard of which a pass reads the smaller part is no use: that part by itself is less to read.</summary>
    private ShardUse[] UsesOf(IReadOnlyList<Sample> samples, IReadOnlyList<int> order) =>
    [
        .. order.Index()
            .GroupBy(place => samples[place.Item].Shard)
            .Where(places => 2 * places.Sum(place => (long)samples[place.Item].Length) >= _cache.Shards[places.Key].Bytes)
            .Select(places => new ShardUse(places.Key, places.Last().Index)),
    ];

    private async Task FetchAsync()
    {
        var position = 0;
        for (var next = 0; next < _uses.Length; next++)
        {
            int[] kept;
            while ((kept = InUse(next, position)).Append(_uses[next].Shard).Sum(shard => _cache.Shards[shard].Bytes) > _cache.MaxBytes)
            {
                if (!await _position.Reader.WaitToReadAsync(_stopping.Token))
                {
                    return;
                }

                position = await _position.Reader.ReadAsync(_stopping.Token);
            }

            if (_uses[next].Last >= position && !await _cache.FetchAsync(_uses[next].Shard, kept, _stopping.Token))
            {
                // The disk is full: what it has is used, and the rest of the pass comes from the storage.
                return;
            }

            if (_isRead)
            {
                return;
            }
        }
    }

    /// <summary>Those of the first shards of which something is still to be read.</summary>
    private int[] InUse(int count, int position) => [.. _uses.Take(count).Where(use => use.Last >= position).Select(use => use.Shard)];

    private SafeFileHandle? FileOf(int shard)
    {
        if (Volatile.Read(ref _files[shard]) is { } open)
        {
            return open;
        }

        if (_cache.TryOpen(shard) is not { } opened)
        {
            return null;
        }

        if (Interlocked.CompareExchange(ref _files[shard], opened, null) is not { } first)
        {
            return opened;
        }

        opened.Dispose();
        return first;
    }

    private async Task ReadRemoteAsync(Sample sample, Memory<byte> pixels, CancellationToken cancellationToken)
    {
        Decode(sample, await _cache.ReadPngAsync(sample, cancellationToken), pixels.Span);

        // The shard's own hash was not checked, as that of a file is.
        if (Sample.HashPixels(pixels.Span) != sample.PixelsSha256)
        {
            throw new DatasetException($"Sample '{sample.Id}' is not the picture that was imported: import the dataset again.");
        }
    }

    private static void ReadLocal(SafeFileHandle file, Sample sample, Span<byte> png)
    {
        var offset = sample.Offset;
        while (png.Length > 0)
        {
            var read = RandomAccess.Read(file, png, offset);
            if (read == 0)
            {
                throw new EndOfStreamException($"The cached shard of sample '{sample.Id}' ends too early: delete the cache.");
            }

            png = png[read..];
            offset += read;
        }
    }

    private static void Decode(Sample sample, ReadOnlySpan<byte> png, Span<byte> pixels)
    {
        try
        {
            GrayPng.Decode(png, SpectrogramFormat.Frames, SpectrogramFormat.MelBands, pixels);
        }
        catch (PngException exception)
        {
            throw new DatasetException($"Sample '{sample.Id}' cannot be decoded: {exception.Message}", exception);
        }
    }

    /// <param name="Shard">Index of the shard.</param>
    /// <param name="Last">Place of its last picture in the order.</param>
    private readonly record struct ShardUse(int Shard, int Last);
}
