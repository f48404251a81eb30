using GenreCloud.ModelRuntime.Monitoring;
using GenreCloud.Registry;

namespace GenreCloud.Inference.Monitoring;

/// <summary>How many spectrograms lie in which bin of each statistic of a reference; where values may be missing, one more bin has these.</summary>
internal sealed class BinCounts
{
    private readonly long[][] _counts;

    private BinCounts(long[][] counts) => _counts = counts;

    /// <summary>[statistic][bin].</summary>
    public IReadOnlyList<IReadOnlyList<long>> Counts => _counts;

    public static BinCounts None(ReferenceStatistics reference) =>
        new([.. reference.Statistics.Select(statistic => new long[statistic.Counts.Count + (statistic.Missing is null ? 0 : 1)])]);

    /// <summary>Counts of the same reference, added up.</summary>
    public static BinCounts Sum(ReferenceStatistics reference, IEnumerable<IReadOnlyList<IReadOnlyList<long>>> all)
    {
        var sum = None(reference);
        foreach (var counts in all)
        {
            for (var statistic = 0; statistic < sum._counts.Length; statistic++)
            {
                for (var bin = 0; bin < sum._counts[statistic].Length; bin++)
                {
                    sum._counts[statistic][bin] += counts[statistic][bin];
                }
            }
        }

        return sum;
    }

    /// <param name="figures">See <see cref="SampleFigures.Of"/>.</param>
    public void Add(ReferenceStatistics reference, ReadOnlySpan<double> figures)
    {
        for (var statistic = 0; statistic < _counts.Length; statistic++)
        {
            var counts = _counts[statistic];
            counts[StatisticBins.IndexOf(reference.Statistics[statistic].Edges, figures[statistic]) ?? counts.Length - 1]++;
        }
    }
}
