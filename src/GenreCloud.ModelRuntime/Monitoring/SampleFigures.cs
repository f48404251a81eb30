using GenreCloud.Datasets.Tabular;
using GenreCloud.Registry;

namespace GenreCloud.ModelRuntime.Monitoring;

/// <summary>The figures by which what a model is asked, and what it answers, is told from another time's: one for each statistic of a <see cref="ReferenceStatistics"/>.</summary>
public static class SampleFigures
{
    private const string Label = "label";

    private static readonly (string Name, StatisticKind Kind)[] OfAll =
    [
        (Label, StatisticKind.Answer), ("confidence", StatisticKind.Answer), ("entropy", StatisticKind.Answer),
        ("level", StatisticKind.Input), ("spread", StatisticKind.Input), ("silence", StatisticKind.Input), ("centroid", StatisticKind.Input),
    ];

    /// <summary>The figures of one spectrogram and its answer.</summary>
    /// <param name="spectrogram">Its figures.</param>
    /// <param name="tabular">float32 [columns], NaN = missing; empty for a model without a tabular branch.</param>
    /// <param name="probabilities">float32 [classes].</param>
    /// <returns>
    /// The most probable class, its probability, the entropy of all (nats), level, spread, silence, centroid, and the tabular values, NaN = missing.
    /// </returns>
    public static double[] Of(SpectrogramFigures spectrogram, ReadOnlySpan<float> tabular, ReadOnlySpan<float> probabilities)
    {
        var best = 0;
        var entropy = 0.0;
        for (var label = 0; label < probabilities.Length; label++)
        {
            var probability = probabilities[label];
            best = probability > probabilities[best] ? label : best;
            entropy -= probability > 0 ? probability * Math.Log(probability) : 0;
        }

        var figures = new double[OfAll.Length + tabular.Length];
        figures[0] = best;
        figures[1] = probabilities[best];
        figures[2] = entropy;
        figures[3] = spectrogram.Level;
        figures[4] = spectrogram.Spread;
        figures[5] = spectrogram.Silence;
        figures[6] = spectrogram.Centroid;
        for (var column = 0; column < tabular.Length; column++)
        {
            figures[OfAll.Length + column] = tabular[column];
        }

        return figures;
    }

    /// <summary>Counts the samples by which a model is known.</summary>
    /// <param name="samples">What <see cref="Of"/> says of each; at least one, all of one model.</param>
    /// <param name="classes">The model's labels.</param>
    public static ReferenceStatistics Count(IReadOnlyList<double[]> samples, int classes)
    {
        var names = samples[0].Length == OfAll.Length
            ? OfAll
            : [.. OfAll, .. TabularFeatures.Columns.Select(column => (column, StatisticKind.Feature))];
        return new ReferenceStatistics
        {
            Samples = samples.Count,
            Statistics =
            [
                .. names.Select((statistic, index) => Count(statistic.Name, statistic.Kind, [.. samples.Select(sample => sample[index])], classes)),
            ],
        };
    }

    private static ReferenceStatistic Count(string name, StatisticKind kind, double[] values, int classes)
    {
        var isCode = kind == StatisticKind.Feature && TabularFeatures.Columns.Take(TabularFeatures.Codes).Contains(name);
        var edges = name == Label ? null : isCode ? StatisticBins.EdgesOfCodes(values) : StatisticBins.EdgesOf(values);
        var counts = new long[edges?.Count + 1 ?? classes];
        long missing = 0;
        foreach (var value in values)
        {
            if (StatisticBins.IndexOf(edges, value) is { } bin)
            {
                counts[bin]++;
            }
            else
            {
                missing++;
            }
        }

        return new ReferenceStatistic { Name = name, Kind = kind, Edges = edges, Counts = counts, Missing = kind == StatisticKind.Feature ? missing : null };
    }
}
