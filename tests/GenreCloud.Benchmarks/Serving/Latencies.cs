namespace GenreCloud.Benchmarks.Serving;

/// <summary>What a load saw.</summary>
/// <param name="Milliseconds">Of each, in any order.</param>
/// <param name="Seconds">How long the load went on.</param>
internal sealed record Latencies(List<double> Milliseconds, double Seconds)
{
    public double PerSecond => Milliseconds.Count / Seconds;

    public double P50 => Quantile(0.5);

    public double P99 => Quantile(0.99);

    public static Latencies Of(IEnumerable<Latencies> rounds)
    {
        Latencies[] all = [.. rounds];
        return new Latencies([.. all.SelectMany(round => round.Milliseconds)], all.Sum(round => round.Seconds));
    }

    private double Quantile(double quantile)
    {
        if (Milliseconds.Count == 0)
        {
            return double.NaN;
        }

        var sorted = Milliseconds.Order().ToList();
        return sorted[Math.Max(0, (int)Math.Ceiling(quantile * sorted.Count) - 1)];
    }
}
