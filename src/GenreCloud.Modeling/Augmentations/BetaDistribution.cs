using GenreCloud.Datasets.Batches;

namespace GenreCloud.Modeling.Augmentations;

/// <summary>The symmetric beta distribution.</summary>
internal static class BetaDistribution
{
    /// <summary>
    /// Draws from Beta(alpha, alpha) by Jöhnk's method (1964): u^(1/alpha) and v^(1/alpha) of uniform u and v, given that they add up to
    /// at most 1, taken as shares of their sum. In logarithms, for the powers of a small alpha leave the range of a double.
    /// </summary>
    /// <param name="random">Gives two numbers a try; at least half of the tries succeed.</param>
    /// <param name="alpha">Above 0, to 1.</param>
    /// <returns>0 to 1.</returns>
    public static double Draw(ref SplitMix64 random, double alpha)
    {
        while (true)
        {
            double first = Math.Log(random.NextDouble()) / alpha;
            double second = Math.Log(random.NextDouble()) / alpha;
            double larger = Math.Max(first, second);
            double sum = larger + Math.Log(Math.Exp(first - larger) + Math.Exp(second - larger));
            if (sum <= 0)
            {
                return Math.Exp(first - sum);
            }
        }
    }
}
