using GenreCloud.Datasets.Tabular;
using GenreCloud.Modeling;

namespace GenreCloud.Training;

/// <summary>The statistics that a dataset gives, as a network takes them.</summary>
internal static class TabularStatisticsExtensions
{
    public static TabularNormalization ToNormalization(this TabularStatistics statistics) =>
        new(statistics.Missing, statistics.Mean, statistics.StandardDeviation);
}
