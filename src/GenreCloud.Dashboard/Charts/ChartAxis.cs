using System.Globalization;

namespace GenreCloud.Dashboard.Charts;

/// <summary>An axis of a chart: where values lie on it, and which it names.</summary>
/// <param name="From">The value at its beginning.</param>
/// <param name="To">The value at its end; above <paramref name="From"/>.</param>
/// <param name="IsLogarithmic">Whether equal distances are equal ratios; <paramref name="From"/> is above 0 then.</param>
internal readonly record struct ChartAxis(double From, double To, bool IsLogarithmic)
{
    private const int WantedSteps = 5;
    private const double Rounding = 1e-9;

    /// <summary>Whether all values are whole numbers, as those of epochs: between two of them there is nothing to name.</summary>
    public bool IsWhole { get; init; }

    /// <summary>The axis that has all values; of none, one from 0 to 1.</summary>
    /// <param name="values">Those that are no number, and on a logarithmic axis those that are not above 0, have no place on it.</param>
    public static ChartAxis Over(IEnumerable<double> values, bool isLogarithmic)
    {
        var (from, to, isWhole) = (double.PositiveInfinity, double.NegativeInfinity, true);
        foreach (var value in values)
        {
            if (double.IsFinite(value) && (!isLogarithmic || value > 0))
            {
                (from, to, isWhole) = (Math.Min(from, value), Math.Max(to, value), isWhole && double.IsInteger(value));
            }
        }

        if (from > to)
        {
            return new ChartAxis(isLogarithmic ? 0.1 : 0, 1, isLogarithmic);
        }

        if (from < to)
        {
            return new ChartAxis(from, to, isLogarithmic) { IsWhole = isWhole };
        }

        return isLogarithmic ? new ChartAxis(from / 2, to * 2, isLogarithmic) : new ChartAxis(from - 0.5, to + 0.5, isLogarithmic) { IsWhole = isWhole };
    }

    /// <summary>Where a value lies, 0 at the beginning and 1 at the end.</summary>
    public double Place(double value) => IsLogarithmic
        ? (Math.Log(value) - Math.Log(From)) / (Math.Log(To) - Math.Log(From))
        : (value - From) / (To - From);

    /// <summary>
    /// Round values on the axis, with as many digits as tell them apart: about five, and on a logarithmic axis the powers of ten.
    /// </summary>
    public IReadOnlyList<AxisMark> Marks()
    {
        AxisMark[] powers = IsLogarithmic ? [.. PowersOfTen()] : [];

        // Between two powers of ten equal steps say more than one power or none.
        return powers.Length > 1 ? powers : [.. Steps()];
    }

    /// <summary>A value in few characters: 1200, 0.25, 1e-4.</summary>
    public static string Label(double value) => IsScientific(value)
        ? value.ToString("0.##e0", CultureInfo.InvariantCulture)
        : value.ToString("0.####", CultureInfo.InvariantCulture);

    private IEnumerable<AxisMark> PowersOfTen()
    {
        for (var power = Math.Ceiling(Math.Log10(From)); power <= Math.Log10(To); power++)
        {
            var value = Math.Pow(10, power);
            yield return new AxisMark(Label(value), Place(value));
        }
    }

    private IEnumerable<AxisMark> Steps()
    {
        var rough = (To - From) / WantedSteps;
        var power = (int)Math.Floor(Math.Log10(rough));
        var magnitude = Math.Pow(10, power);
        var (factor, lastDigit) = (rough / magnitude) switch { < 1.5 => (1, power), < 3.5 => (2, power), < 7.5 => (5, power), _ => (10, power + 1) };
        var step = factor * magnitude;
        if (IsWhole && step < 1)
        {
            (step, lastDigit) = (1, 0);
        }

        var isScientific = IsScientific(Math.Max(Math.Abs(From), Math.Abs(To)));

        // What lies on an end counts, whatever the rounding.
        for (var index = Math.Ceiling((From / step) - Rounding); index <= (To / step) + Rounding; index++)
        {
            var value = index * step;
            var text = value == 0 ? "0"
                : isScientific ? Scientific(value, lastDigit)
                : value.ToString($"F{Math.Max(0, -lastDigit)}", CultureInfo.InvariantCulture);
            yield return new AxisMark(text, Place(value));
        }
    }

    private static bool IsScientific(double value) => Math.Abs(value) is >= 1e6 or (< 1e-3 and > 0);

    /// <param name="lastDigit">The power of ten of the last digit that is written.</param>
    private static string Scientific(double value, int lastDigit)
    {
        var firstDigit = (int)Math.Floor(Math.Log10(Math.Abs(value)) + Rounding);
        return value.ToString($"0.{new string('0', Math.Max(0, firstDigit - lastDigit))}e0", CultureInfo.InvariantCulture);
    }
}

/// <summary>A text beside an axis.</summary>
/// <param name="Place">0 at the axis's beginning, 1 at its end.</param>
public sealed record AxisMark(string Text, double Place);
