using System.Globalization;

namespace GenreCloud.Benchmarks;

/// <summary>What benchmarks that start processes of their own have in common: their options and their middle result.</summary>
internal static class ProcessBenchmark
{
    /// <summary>What follows an option; null where the option is not given.</summary>
    public static string? Option(string[] args, string name)
    {
        var at = Array.IndexOf(args, name);
        return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
    }

    /// <summary>The whole number that follows an option, or another one where the option is not given.</summary>
    public static int Number(string[] args, string name, int otherwise) =>
        Option(args, name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    public static double Median(List<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
