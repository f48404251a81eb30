namespace GenreCloud.Training.Evaluations;

/// <summary>Fits the temperature that logits are divided by before the softmax (Guo et al., "On calibration of modern neural networks", 2017).</summary>
internal static class TemperatureFit
{
    public const double Lowest = 0.1;
    public const double Highest = 10;

    /// <summary>Halvings of the interval of logarithms, which ends narrower than a float's precision.</summary>
    private const int Steps = 40;

    /// <summary>
    /// The temperature with the least mean cross-entropy. That is convex in b = 1/T, so that it is where the slope
    /// mean(sum over classes of p z - z[label]) is zero, p the softmax of b z.
    /// </summary>
    /// <returns>
    /// Null when that is not between <see cref="Lowest"/> and <see cref="Highest"/>: the answers are all right, and no confidence is too much, or
    /// they say nothing about the labels.
    /// </returns>
    public static double? Fit(IReadOnlyList<AnsweredSample> samples)
    {
        if (Slope(samples, Lowest) <= 0 || Slope(samples, Highest) >= 0)
        {
            return null;
        }

        var (low, high) = (Math.Log(Lowest), Math.Log(Highest));
        for (var step = 0; step < Steps; step++)
        {
            var middle = (low + high) / 2;
            (low, high) = Slope(samples, Math.Exp(middle)) > 0 ? (middle, high) : (low, middle);
        }

        return Math.Exp((low + high) / 2);
    }

    /// <summary>Slope of the mean loss in 1/T: above 0 where the temperature is too low.</summary>
    private static double Slope(IReadOnlyList<AnsweredSample> samples, double temperature) =>
        samples.Average(sample => ExpectedLogit(sample, temperature) - sample.Logits[sample.Label]);

    private static double ExpectedLogit(AnsweredSample sample, double temperature)
    {
        var (sum, weighted) = (0.0, 0.0);
        foreach (double logit in sample.Logits)
        {
            var weight = Math.Exp((logit - sample.Logits[sample.Answer]) / temperature);
            sum += weight;
            weighted += weight * logit;
        }

        return weighted / sum;
    }
}
