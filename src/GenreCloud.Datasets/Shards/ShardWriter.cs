using GenreCloud.Datasets.Samples;

namespace GenreCloud.Datasets.Shards;

/// <summary>
/// Writes pictures into WebDataset tars of "{id}.png", one stream after another; nothing is kept in memory. The same pictures in the same order give
/// the same bytes. Not for concurrent use.
/// </summary>
public sealed class ShardWriter : IAsyncDisposable
{
    /// <summary>A shard is complete before it would exceed this.</summary>
    public const long DefaultTargetBytes = 64L << 20;

    private const int TrailerLength = 2 * UstarHeader.BlockLength;

    private readonly Func<int, CancellationToken, Task<Stream>> _openShard;
    private readonly Func<Stream, CancellationToken, Task<string>> _completeShard;
    private readonly long _targetBytes;
    private readonly int _first;
    private readonly List<ShardDescription> _shards = [];
    private readonly byte[] _block = new byte[TrailerLength];
    private Stream? _stream;
    private long _position;
    private int _samples;

    /// <param name="openShard">Opens the stream to write a shard to; the writer disposes it.</param>
    /// <param name="completeShard">Called after the last byte of a shard; returns the SHA-256 of all, in lower-case hexadecimal.</param>
    /// <param name="targetBytes">A shard is completed when the next picture would exceed this; a larger picture gets a shard of its own.</param>
    /// <param name="first">The number of the first shard.</param>
    public ShardWriter(
        Func<int, CancellationToken, Task<Stream>> openShard,
        Func<Stream, CancellationToken, Task<string>> completeShard,
        long targetBytes = DefaultTargetBytes,
        int first = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(targetBytes);
        _openShard = openShard;
        _completeShard = completeShard;
        _targetBytes = targetBytes;
        _first = first;
    }

    private int Number => _first + _shards.Count;

    /// <summary>Appends one picture.</summary>
    /// <exception cref="ArgumentException"><paramref name="id"/> is not valid.</exception>
    public async Task<ShardLocation> AddAsync(string id, ReadOnlyMemory<byte> png, CancellationToken cancellationToken)
    {
        SampleId.ThrowIfInvalid(id);
        var entryLength = UstarHeader.BlockLength + png.Length + PaddingOf(png.Length);
        if (_samples > 0 && _position + entryLength + TrailerLength > _targetBytes)
        {
            await CompleteShardAsync(cancellationToken);
        }

        _stream ??= await _openShard(Number, cancellationToken);
        UstarHeader.Write(_block.AsSpan(0, UstarHeader.BlockLength), $"{id}.png", png.Length);
        await AppendAsync(_block.AsMemory(0, UstarHeader.BlockLength), cancellationToken);
        var location = new ShardLocation(Number, _position, png.Length);
        await AppendAsync(png, cancellationToken);
        await AppendZerosAsync(PaddingOf(png.Length), cancellationToken);
        _samples++;
        return location;
    }

    /// <summary>Completes the last shard and lists all of them. Nothing can be added after that.</summary>
    public async Task<IReadOnlyList<ShardDescription>> CompleteAsync(CancellationToken cancellationToken)
    {
        if (_stream is not null)
        {
            await CompleteShardAsync(cancellationToken);
        }

        return _shards;
    }

    public async ValueTask DisposeAsync()
    {
        if (_stream is not null)
        {
            await _stream.DisposeAsync();
        }
    }

    private static int PaddingOf(int length) => -length & (UstarHeader.BlockLength - 1);

    private async Task CompleteShardAsync(CancellationToken cancellationToken)
    {
        await AppendZerosAsync(TrailerLength, cancellationToken);
        var sha256 = await _completeShard(_stream!, cancellationToken);
        await _stream!.DisposeAsync();
        _shards.Add(new ShardDescription(ShardDescription.FileOf(Number), _position, sha256, _samples));
        _stream = null;
        _position = 0;
        _samples = 0;
    }

    private async Task AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await _stream!.WriteAsync(bytes, cancellationToken);
        _position += bytes.Length;
    }

    private Task AppendZerosAsync(int count, CancellationToken cancellationToken)
    {
        _block.AsSpan(0, count).Clear();
        return AppendAsync(_block.AsMemory(0, count), cancellationToken);
    }
}
