using GenreCloud.Datasets.Batches;
using GenreCloud.Registry;

namespace GenreCloud.Training.Evaluations;

/// <summary>How far a top-1 share might have been off with other artists of the same kind.</summary>
internal static class ArtistBootstrap
{
    public const int Resamples = 2000;

    /// <summary>See <see cref="ConfidenceInterval"/>.</summary>
    /// <param name="samples">Drawn as whole groups.</param>
    /// <param name="seed">The same seed gives the same interval.</param>
    /// <returns>Null for fewer than two groups, which do not show how groups differ.</returns>
    public static ConfidenceInterval? Top1(IReadOnlyList<AnsweredSample> samples, int seed)
    {
        var groups = samples.GroupBy(sample => sample.Group).Select(group => (Right: group.Count(sample => sample.IsRight), Samples: group.Count())).ToArray();
        if (groups.Length < 2)
        {
            return null;
        }

        var random = new SplitMix64((ulong)seed);
        var shares = new double[Resamples];
        for (var resample = 0; resample < Resamples; resample++)
        {
            var (right, drawn) = (0, 0);
            for (var draw = 0; draw < groups.Length; draw++)
            {
                var group = groups[random.Next(groups.Length)];
                right += group.Right;
                drawn += group.Samples;
            }

            shares[resample] = (double)right / drawn;
        }

        Array.Sort(shares);
        return new ConfidenceInterval(Quantile(shares, 0.025), Quantile(shares, 0.975), groups.Length, Resamples);
    }

    /// <summary>Between the two nearest values in proportion (Hyndman and Fan 1996, definition 7).</summary>
    private static double Quantile(double[] sorted, double probability)
    {
        var position = probability * (sorted.Length - 1);
        var below = (int)position;
        return double.Lerp(sorted[below], sorted[Math.Min(below + 1, sorted.Length - 1)], position - below);
    }
}
