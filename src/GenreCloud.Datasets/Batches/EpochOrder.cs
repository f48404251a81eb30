using GenreCloud.Datasets.Samples;

namespace GenreCloud.Datasets.Batches;

/// <summary>
/// The order in which an epoch visits its samples. Of a few shards it is any order of all samples. Of many it goes through windows of
/// shards, in an order of the epoch, and within a window in any order, so that few shards are in use at a time. A window has as large a part of each class as the
/// next one, though shards often have few classes each, as the archives that they come from are sorted by genre.
/// </summary>
public static class EpochOrder
{
    /// <summary>Shards of a window, about: 1 GiB of the 32 MiB each that imports make. A constant, for the order may not depend on the worker.</summary>
    public const int WindowShards = 32;

    /// <summary>A permutation that is a function of its arguments alone, on every machine and runtime: Fisher-Yates on SplitMix64.</summary>
    /// <param name="indices">What to permute; stays as it is.</param>
    /// <param name="samples">All samples of the version.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">From 0.</param>
    public static int[] Shuffle(IReadOnlyList<int> indices, IReadOnlyList<Sample> samples, int seed, int epoch)
    {
        var random = Generator(seed, epoch);
        return ShuffleInWindows(indices, samples, ref random);
    }

    /// <summary>
    /// An order with as many samples of each class, the numbers of two classes differing by at most one: of a large class some, of a
    /// small one several rounds, each in another order. A function of its arguments alone.
    /// </summary>
    /// <param name="indices">The samples; the order is as long as this.</param>
    /// <param name="samples">All samples of the version.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">From 0. The classes that have one sample more change with it.</param>
    public static int[] Balance(IReadOnlyList<int> indices, IReadOnlyList<Sample> samples, int seed, int epoch)
    {
        var random = Generator(seed, epoch);
        var classes = Classes(indices, samples);
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

        return ShuffleInWindows(drawn, samples, ref random);
    }

    private static int[] ShuffleInWindows(IReadOnlyList<int> drawn, IReadOnlyList<Sample> samples, ref SplitMix64 random)
    {
        int[] shards = [.. drawn.Select(index => samples[index].Shard).Distinct().Order()];
        var windows = (shards.Length + WindowShards - 1) / WindowShards;
        if (windows <= 1)
        {
            return Shuffle(drawn, ref random);
        }

        var places = Shuffle(shards, ref random).Index().ToDictionary(shard => shard.Item, shard => shard.Index);
        var classes = Classes(drawn, samples);
        for (var label = 0; label < classes.Length; label++)
        {
            // Shuffled first, so that a shard which two windows share is cut elsewhere in every epoch. The sort is stable.
            classes[label] = [.. Shuffle(classes[label], ref random).OrderBy(index => places[samples[index].Shard])];
        }

        var order = new List<int>(drawn.Count);
        for (var window = 0; window < windows; window++)
        {
            var (part, all) = (window, windows);
            order.AddRange(Shuffle([.. classes.SelectMany(members => members[Cut(members, part, all)..Cut(members, part + 1, all)])], ref random));
        }

        return [.. order];
    }

    /// <summary>Where a part of the members begins.</summary>
    private static int Cut(int[] members, int part, int all) => (int)((long)members.Length * part / all);

    private static int[][] Classes(IReadOnlyList<int> indices, IReadOnlyList<Sample> samples) =>
    [
        .. indices.GroupBy(index => samples[index].Label, StringComparer.Ordinal)
            .OrderBy(members => members.Key, StringComparer.Ordinal)
            .Select(members => members.ToArray()),
    ];

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
