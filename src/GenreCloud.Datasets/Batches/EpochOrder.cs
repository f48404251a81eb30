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
        var random = Generator(seed, epoch);
        return Shuffle(indices, ref random);
    }

    /// <summary>
    /// An order with as many samples of each class, the numbers of two classes differing by at most one: of a large class some, of a
    /// small one several rounds, each in another order. A function of its arguments alone.
    /// </summary>
    /// <param name="indices">The samples; the order is as long as this.</param>
    /// <param name="labels">The class of each sample of the version, by index.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">From 0. The classes that have one sample more change with it.</param>
    public static int[] Balance(IReadOnlyList<int> indices, IReadOnlyList<long> labels, int seed, int epoch)
    {
        var random = Generator(seed, epoch);
        int[][] classes = [.. indices.GroupBy(index => labels[index]).OrderBy(members => members.Key).Select(members => members.ToArray())];
        int[] turns = Shuffle([.. Enumerable.Range(0, classes.Length)], ref random);
        var drawn = new List<int>(indices.Count);
        for (var turn = 0; turn < turns.Length; turn++)
        {
            var members = classes[turns[turn]];
            var wanted = (indices.Count / turns.Length) + (turn < indices.Count % turns.Length ? 1 : 0);
            while (wanted > 0)
            {
                var round = Shuffle(members, ref random);
                drawn.AddRange(round.Take(wanted));
                wanted -= round.Length;
            }
        }

        return Shuffle(drawn, ref random);
    }

    private static SplitMix64 Generator(int seed, int epoch) => new(((ulong)(uint)seed << 32) | (uint)epoch);

    private static int[] Shuffle(IReadOnlyList<int> indices, ref SplitMix64 random)
    {
        int[] order = [.. indices];
        for (var last = order.Length - 1; last > 0; last--)
        {
            var other = random.Next(last + 1);
            (order[last], order[other]) = (order[other], order[last]);
        }

        return order;
    }
}
