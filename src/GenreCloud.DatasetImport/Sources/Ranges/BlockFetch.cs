using System.Buffers;
using System.Runtime.ExceptionServices;
using Azure;
using GenreCloud.Storage;

namespace GenreCloud.DatasetImport.Sources;

/// <summary>Brings those blocks of a source into storage that are not there yet, a few at a time.</summary>
/// <param name="source">The source.</param>
/// <param name="blocks">Where they go.</param>
/// <param name="blockBytes">The size of a block.</param>
/// <param name="parallelBlocks">How many at a time.</param>
/// <param name="mayCopy">Whether the storage may fetch them itself.</param>
/// <param name="onProgress">Gets the bytes staged so far, and all.</param>
internal sealed class BlockFetch(
    IRangeSource source, StagedBlocks blocks, int blockBytes, int parallelBlocks, bool mayCopy, Action<long, long?> onProgress)
{
    private readonly Lock _gate = new();
    private long _staged;
    private volatile bool _copies = mayCopy && source.CopySource is not null;

    /// <summary>Where its blocks begin.</summary>
    public IEnumerable<long> Offsets
    {
        get
        {
            for (var offset = 0L; offset < source.File.Bytes; offset += blockBytes)
            {
                yield return offset;
            }
        }
    }

    /// <returns>The SHA-256 of the whole; null when not all of it went through here.</returns>
    public async Task<string?> RunAsync(StagedBlockList present, CancellationToken cancellationToken)
    {
        var there = present.Blocks.Where(block => block.Bytes == LengthAt(block.Offset)).Select(block => block.Offset).ToHashSet();
        var missing = Offsets.Where(offset => !there.Contains(offset)).ToArray();
        Count(there.Sum(offset => (long)LengthAt(offset)));
        using var hash = there.Count == 0 && !_copies ? new OrderedHash(missing.Length) : null;
        using var hashing = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Exception? failure = null;
        await Parallel.ForEachAsync(
            missing.Index(),
            new ParallelOptions { MaxDegreeOfParallelism = parallelBlocks, CancellationToken = cancellationToken },
            async (part, _) =>
            {
                // After a failure none is begun, but those under way are brought home: they need not come again.
                if (Volatile.Read(ref failure) is not null)
                {
                    return;
                }

                try
                {
                    await FetchAsync(part.Index, part.Item, hash, hashing.Token, cancellationToken);
                }
                catch (Exception exception)
                {
                    Interlocked.CompareExchange(ref failure, exception, null);
                    await hashing.CancelAsync();
                }
            });
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        return hash?.Finish();
    }

    private async Task FetchAsync(int part, long offset, OrderedHash? hash, CancellationToken hashing, CancellationToken cancellationToken)
    {
        var length = LengthAt(offset);
        if (await TryCopyAsync(offset, length, cancellationToken))
        {
            return;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            await source.ReadAsync(offset, buffer.AsMemory(0, length), Received, cancellationToken);
            await blocks.StageAsync(offset, buffer, length, cancellationToken);
            if (hash is not null)
            {
                await hash.AppendAsync(part, buffer.AsMemory(0, length), hashing);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<bool> TryCopyAsync(long offset, int length, CancellationToken cancellationToken)
    {
        if (!_copies || source.CopySource is not { } copy)
        {
            return false;
        }

        try
        {
            await blocks.StageFromAsync(copy.Address, offset, length, new ETag(copy.ETag), cancellationToken);
            Count(length);
            return true;
        }
        catch (RequestFailedException)
        {
            // The service cannot read it from there; we can, or find out why nobody can.
            _copies = false;
            return false;
        }
    }

    private int LengthAt(long offset) => (int)Math.Min(blockBytes, source.File.Bytes - offset);

    private void Received(int bytes)
    {
        ImportTelemetry.CountStaged(bytes);
        Count(bytes);
    }

    private void Count(long bytes)
    {
        lock (_gate)
        {
            _staged += bytes;
            onProgress(_staged, source.File.Bytes);
        }
    }
}
