namespace GenreCloud.Datasets.Batches;

/// <summary>The order in which an epoch visits its samples.</summary>
public static class EpochOrder
{
    /// <summary>A permutation that is a function of its arguments alone, on every machine and runtime: Fisher-Yates on SplitMix64.</summary>
    /// <param name="indices">What to permute; stays as it is.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">From 0.</param>
    public static int[] Shuffle(IReadOnlyList<int> indices, int seed, int epoch)
    {
        var random = new SplitMix64(((ulong)(uint)seed << 32) | (uint)epoch);
        int[] order = [.. indices];
        for (var last = order.Length - 1; last > 0; last--)
        {
            var other = random.Next(last + 1);
            (order[last], order[other]) = (order[other], order[last]);
        }

        return order;
    }
}
