namespace GenreCloud.Inference.Monitoring;

/// <summary>
/// The population stability index of two sets of counts over the same bins: the sum of (o - r) ln(o / r) over the bins' shares, that is the divergence of Jeffreys
/// (1946), as credit scoring uses it (Siddiqi, "Credit risk scorecards", 2006).
/// </summary>
internal static class PopulationStability
{
    /// <summary>From here on something has changed a little, by a convention of credit scoring.</summary>
    public const double Moderate = 0.1;

    /// <summary>From here on it has changed much, by the same convention.</summary>
    public const double Large = 0.25;

    /// <summary>
    /// Added to every bin's count (Jeffreys' prior), so that an empty bin has a share whose logarithm is finite, and one that is the smaller the more was counted.
    /// </summary>
    private const double Prior = 0.5;

    /// <summary>Of the standard normal distribution, 95%.</summary>
    private const double Quantile95 = 1.6448536269514722;

    /// <param name="reference">Counts of each bin; at least two bins.</param>
    /// <param name="observed">Counts of the same bins.</param>
    /// <returns>0 for the same shares; no upper limit.</returns>
    public static double Of(IReadOnlyList<long> reference, IReadOnlyList<long> observed)
    {
        var ofReference = Shares(reference);
        var ofObserved = Shares(observed);
        return ofReference.Zip(ofObserved, (r, o) => (o - r) * Math.Log(o / r)).Sum();
    }

    /// <summary>
    /// What the index stays below in 95 of 100 cases while nothing has changed but the draw: it is then distributed as chi-squared of B - 1 degrees times
    /// (1/n + 1/m) (Yurdakul and Naranjo, "Statistical properties of the population stability index", 2020). Samples that resemble each other, such as windows of one song, make it larger.
    /// </summary>
    /// <param name="bins">At least two.</param>
    /// <param name="reference">Samples of the reference.</param>
    /// <param name="observed">Samples that were observed.</param>
    public static double ByChance(int bins, long reference, long observed)
    {
        // Wilson and Hilferty (1931).
        double degrees = bins - 1;
        var spread = 2 / (9 * degrees);
        return degrees * Math.Pow(1 - spread + (Quantile95 * Math.Sqrt(spread)), 3) * ((1.0 / reference) + (1.0 / observed));
    }

    private static double[] Shares(IReadOnlyList<long> counts)
    {
        var all = counts.Sum() + (Prior * counts.Count);
        return [.. counts.Select(count => (count + Prior) / all)];
    }
}
