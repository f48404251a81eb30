namespace GenreCloud.ModelRuntime.Monitoring;

/// <summary>Which bin a value belongs into.</summary>
public static class StatisticBins
{
    /// <summary>Ten, as is usual for the population stability index: each has a tenth of the samples.</summary>
    private const int Most = 10;

    /// <summary>A bin of fewer samples says next to nothing.</summary>
    private const int FewestSamplesPerBin = 5;

    /// <returns>The bin, from 0; null for a value that is missing.</returns>
    /// <param name="edges">Rising; null where the value is the bin's number.</param>
    public static int? IndexOf(IReadOnlyList<double>? edges, double value)
    {
        if (double.IsNaN(value))
        {
            return null;
        }

        if (edges is null)
        {
            return (int)value;
        }

        var bin = 0;
        while (bin < edges.Count && value >= edges[bin])
        {
            bin++;
        }

        return bin;
    }

    /// <summary>
    /// Quantiles, so that the bins have as many samples each as equal values allow. A limit lies half way between two values: rounding, which differs by machine,
    /// moves none of them to the other side.
    /// </summary>
    /// <param name="values">NaN = missing.</param>
    public static IReadOnlyList<double> EdgesOf(IEnumerable<double> values)
    {
        var sorted = values.Where(value => !double.IsNaN(value)).Order().ToArray();
        var bins = Math.Clamp(sorted.Length / FewestSamplesPerBin, 1, Most);
        var edges = new List<double>();
        for (var bin = 1; bin < bins; bin++)
        {
            var above = (int)((long)bin * sorted.Length / bins);
            while (above < sorted.Length && sorted[above] == sorted[above - 1])
            {
                above++;
            }

            if (above < sorted.Length && Between(sorted[above - 1], sorted[above]) is var edge && (edges.Count == 0 || edge > edges[^1]))
            {
                edges.Add(edge);
            }
        }

        return edges;
    }

    /// <summary>A bin for each code that occurs.</summary>
    /// <inheritdoc cref="EdgesOf"/>
    public static IReadOnlyList<double> EdgesOfCodes(IEnumerable<double> values)
    {
        var codes = values.Where(value => !double.IsNaN(value)).Distinct().Order().ToArray();
        return [.. codes.Zip(codes.Skip(1), Between)];
    }

    private static double Between(double below, double above) => below + ((above - below) / 2);
}
