using GenreCloud.Client.Datasets;

namespace GenreCloud.Dashboard.Datasets;

/// <summary>
/// A long list that never changes, of which a part is looked at. It is read in blocks, and the last few of these are kept: who scrolls back and forth asks nobody
/// again, and a list of 100,000 takes no more memory than one of a thousand.
/// </summary>
/// <param name="read">Reads a part: after so many, at most so many.</param>
internal sealed class PagedSource<T>(Func<int, int, CancellationToken, Task<Page<T>>> read)
{
    /// <summary>Some screens.</summary>
    public const int BlockSize = 100;

    /// <summary>Some hundred KB of samples in a circuit.</summary>
    private const int KeptBlocks = 8;

    private readonly Dictionary<int, IReadOnlyList<T>> _blocks = [];
    private readonly Queue<int> _order = new();

    /// <summary>How many there are; null before the first part was read.</summary>
    public int? Total { get; private set; }

    /// <summary>A part of the list; shorter where the list ends.</summary>
    /// <exception cref="Exception">What reading throws.</exception>
    public async Task<IReadOnlyList<T>> ReadAsync(int start, int count, CancellationToken cancellationToken)
    {
        var items = new List<T>(count);
        for (var block = start / BlockSize; block * BlockSize < start + count; block++)
        {
            var all = await BlockAsync(block, cancellationToken);
            var first = Math.Max(0, start - (block * BlockSize));
            items.AddRange(all.Skip(first).Take(start + count - Math.Max(start, block * BlockSize)));
            if (all.Count < BlockSize)
            {
                break;
            }
        }

        return items;
    }

    private async Task<IReadOnlyList<T>> BlockAsync(int block, CancellationToken cancellationToken)
    {
        if (_blocks.TryGetValue(block, out var kept))
        {
            return kept;
        }

        var page = await read(block * BlockSize, BlockSize, cancellationToken);
        Total = page.Total;

        // Two who asked for the same block at a time both have it.
        if (_blocks.TryAdd(block, page.Items))
        {
            _order.Enqueue(block);
            if (_order.Count > KeptBlocks)
            {
                _blocks.Remove(_order.Dequeue());
            }
        }

        return page.Items;
    }
}
