using GenreCloud.Datasets.Batches;
using GenreCloud.Registry;

namespace GenreCloud.Training.Evaluations;

/// <summary>How far a top-1 share, or the difference of two, might have been off with other artists of the same kind.</summary>
internal static class ArtistBootstrap
{
    public const int Resamples = 2000;

    /// <summary>See <see cref="ConfidenceInterval"/>.</summary>
    /// <param name="samples">Drawn as whole groups.</param>
    /// <param name="seed">The same seed gives the same interval.</param>
    /// <returns>Null for fewer than two groups, which do not show how groups differ.</returns>
    public static ConfidenceInterval? Top1(IReadOnlyList<AnsweredSample> samples, int seed) =>
        Mean([.. samples.Select(sample => (sample.Group, sample.IsRight ? 1 : 0))], seed);

    /// <summary>Of the difference of two networks' top-1 shares of the same samples, the first less the second: what is hard for both tells nothing.</summary>
    /// <param name="pairs">What both answer to each sample; drawn as whole groups.</param>
    /// <inheritdoc cref="Top1"/>
    public static ConfidenceInterval? Top1Difference(IReadOnlyList<(AnsweredSample First, AnsweredSample Second)> pairs, int seed) =>
        Mean([.. pairs.Select(pair => (pair.First.Group, (pair.First.IsRight ? 1 : 0) - (pair.Second.IsRight ? 1 : 0)))], seed);

    /// <param name="values">Of the samples, whose mean is estimated.</param>
    private static ConfidenceInterval? Mean(IReadOnlyList<(int Group, int Value)> values, int seed)
    {
        // By their names: in whatever order the samples come, the interval is the same.
        var groups = values.GroupBy(sample => sample.Group).OrderBy(group => group.Key).Select(group => (Sum: group.Sum(sample => sample.Value), Samples: group.Count())).ToArray();
        if (groups.Length < 2)
        {
            return null;
        }

        var random = new SplitMix64((ulong)seed);
        var means = new double[Resamples];
        for (var resample = 0; resample < Resamples; resample++)
        {
            var (sum, drawn) = (0, 0);
            for (var draw = 0; draw < groups.Length; draw++)
            {
                var group = groups[random.Next(groups.Length)];
                sum += group.Sum;
                drawn += group.Samples;
            }

            means[resample] = (double)sum / drawn;
        }

        Array.Sort(means);
        return new ConfidenceInterval(Quantile(means, 0.025), Quantile(means, 0.975), groups.Length, Resamples);
    }

    /// <summary>Between the two nearest values in proportion (Hyndman and Fan 1996, definition 7).</summary>
    private static double Quantile(double[] sorted, double probability)
    {
        var position = probability * (sorted.Length - 1);
        var below = (int)position;
        return double.Lerp(sorted[below], sorted[Math.Min(below + 1, sorted.Length - 1)], position - below);
    }
}
