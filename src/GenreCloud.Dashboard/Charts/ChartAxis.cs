using System.Globalization;

namespace GenreCloud.Dashboard.Charts;

/// <summary>An axis of a chart: where values lie on it, and which it names.</summary>
/// <param name="From">The value at its beginning.</param>
/// <param name="To">The value at its end; above <paramref name="From"/>.</param>
/// <param name="IsLogarithmic">Whether equal distances are equal ratios; <paramref name="From"/> is above 0 then.</param>
internal readonly record struct ChartAxis(double From, double To, bool IsLogarithmic)
{
    private const int WantedTicks = 5;

    /// <summary>The axis that has all values; of none, one from 0 to 1.</summary>
    /// <param name="values">Those that are no number, and on a logarithmic axis those that are not above 0, have no place on it.</param>
    public static ChartAxis Over(IEnumerable<double> values, bool isLogarithmic)
    {
        var (from, to) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values)
        {
            if (double.IsFinite(value) && (!isLogarithmic || value > 0))
            {
                (from, to) = (Math.Min(from, value), Math.Max(to, value));
            }
        }

        if (from > to)
        {
            return new ChartAxis(isLogarithmic ? 0.1 : 0, 1, isLogarithmic);
        }

        if (from < to)
        {
            return new ChartAxis(from, to, isLogarithmic);
        }

        return isLogarithmic ? new ChartAxis(from / 2, to * 2, isLogarithmic) : new ChartAxis(from - 0.5, to + 0.5, isLogarithmic);
    }

    /// <summary>Where a value lies, 0 at the beginning and 1 at the end.</summary>
    public double Place(double value) => IsLogarithmic
        ? (Math.Log(value) - Math.Log(From)) / (Math.Log(To) - Math.Log(From))
        : (value - From) / (To - From);

    /// <summary>Round values on the axis, about five.</summary>
    public IEnumerable<double> Ticks()
    {
        if (IsLogarithmic)
        {
            for (var power = Math.Ceiling(Math.Log10(From)); power <= Math.Log10(To); power++)
            {
                yield return Math.Pow(10, power);
            }

            yield break;
        }

        var rough = (To - From) / WantedTicks;
        var magnitude = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = magnitude * ((rough / magnitude) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 });
        for (var index = Math.Ceiling(From / step); index * step <= To; index++)
        {
            yield return index * step;
        }
    }

    /// <summary>A value in few characters: 1200, 0.25, 1e-4.</summary>
    public static string Label(double value) => Math.Abs(value) is >= 1e6 or (< 1e-3 and > 0)
        ? value.ToString("0.##e0", CultureInfo.InvariantCulture)
        : value.ToString("0.####", CultureInfo.InvariantCulture);
}
