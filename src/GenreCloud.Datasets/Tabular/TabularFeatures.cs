using GenreCloud.Datasets.Samples;

namespace GenreCloud.Datasets.Tabular;

/// <summary>
/// The tabular features of a track that networks take beside its spectrogram, as the streaming service that the source data comes
/// from named and scaled them.
/// </summary>
public static class TabularFeatures
{
    /// <summary>
    /// The columns, in the order in which networks take them: three of codes (explicit 0 or 1; key 0 = C to 11 = B; mode 0 = minor,
    /// 1 = major), then numbers (duration_ms in milliseconds, loudness in dB, tempo in beats a minute, popularity 0 to 100,
    /// num_sections and time_signature counts, the others 0 to 1).
    /// </summary>
    public static IReadOnlyList<string> Columns { get; } =
    [
        "explicit", "key", "mode",
        "acousticness", "danceability", "duration_ms", "energy", "instrumentalness", "liveness", "loudness", "num_sections", "popularity",
        "speechiness", "tempo", "time_signature", "valence",
    ];

    /// <summary>How many of the first columns are codes, whose size means nothing.</summary>
    public const int Codes = 3;

    /// <summary>Whether the sample has a value in every column.</summary>
    public static bool AreComplete(SampleDescription sample) => Columns.All(sample.Tabular.ContainsKey);

    /// <summary>Writes a sample's values in the order of the columns, NaN where there is none.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="row">Gets as many values as there are columns.</param>
    public static void CopyTo(SampleDescription sample, Span<float> row)
    {
        for (var column = 0; column < Columns.Count; column++)
        {
            row[column] = sample.Tabular.TryGetValue(Columns[column], out var value) ? value : float.NaN;
        }
    }

    /// <summary>Measures the columns over some samples, which should be those that a network is trained on, and no others.</summary>
    public static TabularStatistics Measure(IReadOnlyList<SampleDescription> samples)
    {
        var columns = Columns.Select((name, column) => Measure(samples, name, column < Codes)).ToArray();
        return new TabularStatistics(
            [.. columns.Select(column => column.Missing)], [.. columns.Select(column => column.Mean)], [.. columns.Select(column => column.Deviation)]);
    }

    private static (float Missing, float Mean, float Deviation) Measure(IReadOnlyList<SampleDescription> samples, string column, bool isCode)
    {
        var values = samples.Where(sample => sample.Tabular.ContainsKey(column)).Select(sample => (double)sample.Tabular[column]).ToArray();
        if (values.Length == 0)
        {
            return (0, 0, 1);
        }

        if (isCode)
        {
            var mostFrequent = values.CountBy(value => value).OrderByDescending(code => code.Value).ThenBy(code => code.Key).First().Key;
            return ((float)mostFrequent, 0, 1);
        }

        var mean = values.Average();
        var deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        return ((float)mean, (float)mean, deviation > 0 ? (float)deviation : 1);
    }
}

/// <summary>What <see cref="TabularFeatures.Measure(IReadOnlyList{SampleDescription})"/> found, one number a column.</summary>
/// <param name="Missing">What stands best for a missing value: the mean, or the most frequent code.</param>
/// <param name="Mean">0 for codes, which are not normalised, and for a column without values.</param>
/// <param name="StandardDeviation">Of the population; 1 for codes and where all values are equal.</param>
public sealed record TabularStatistics(IReadOnlyList<float> Missing, IReadOnlyList<float> Mean, IReadOnlyList<float> StandardDeviation);
