namespace GenreCloud.Datasets;

/// <summary>Statistics of one tabular column over all samples that have a value in it.</summary>
/// <param name="Name">As in the source.</param>
/// <param name="Count">Samples with a value.</param>
/// <param name="Missing">Samples without one.</param>
/// <param name="Mean">In the column's unit.</param>
/// <param name="StandardDeviation">Of the population (divided by the count), in the column's unit.</param>
/// <param name="Minimum">In the column's unit.</param>
/// <param name="Maximum">In the column's unit.</param>
public sealed record TabularColumn(string Name, int Count, int Missing, double Mean, double StandardDeviation, double Minimum, double Maximum)
{
    /// <summary>One entry a column that at least one sample has, in ordinal order of the names.</summary>
    internal static IReadOnlyList<TabularColumn> Describe(IReadOnlyList<Samples.SampleDescription> samples)
        =>
        [
            .. samples.SelectMany(sample => sample.Tabular)
                .GroupBy(value => value.Key, value => (double)value.Value)
                .OrderBy(column => column.Key, StringComparer.Ordinal)
                .Select(column => Describe(column.Key, [.. column], samples.Count)),
        ];

    private static TabularColumn Describe(string name, double[] values, int samples)
    {
        var mean = values.Average();
        var variance = values.Average(value => (value - mean) * (value - mean));
        return new TabularColumn(name, values.Length, samples - values.Length, mean, Math.Sqrt(variance), values.Min(), values.Max());
    }
}
