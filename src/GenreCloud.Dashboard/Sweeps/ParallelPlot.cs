using System.Globalization;
using System.Text.Json;
using GenreCloud.Client.Sweeps;
using GenreCloud.Dashboard.Charts;

namespace GenreCloud.Dashboard.Sweeps;

/// <summary>A sweep as parallel coordinates: an axis for each parameter and one for top-1, a line for each candidate that is through.</summary>
/// <param name="Axes">Top-1 last.</param>
/// <param name="Lines">In the order of the standings.</param>
public sealed record ParallelPlot(IReadOnlyList<ParallelAxis> Axes, IReadOnlyList<ParallelLine> Lines)
{
    /// <summary>From this ratio of its largest to its smallest value on, a positive parameter gets a logarithmic axis.</summary>
    private const double LogarithmicFrom = 20;

    public static ParallelPlot Of(SweepReport report)
    {
        SweepStanding[] through = [.. report.Standings.Where(standing => standing.Top1 is not null)];
        string[] names = [.. through.SelectMany(standing => standing.Parameters.Keys).Distinct(StringComparer.Ordinal)];
        (ParallelAxis Axis, Func<SweepStanding, double> Place)[] axes =
        [
            .. names.Select(name => ParameterAxis(name, through)),
            Numeric("top-1", standing => standing.Top1!.Value, through),
        ];
        return new ParallelPlot(
            [.. axes.Select(axis => axis.Axis)],
            [.. through.Select(standing => new ParallelLine(standing.Candidate, standing.IsBest, [.. axes.Select(axis => axis.Place(standing))]))]);
    }

    private static (ParallelAxis Axis, Func<SweepStanding, double> Place) ParameterAxis(string name, SweepStanding[] standings)
    {
        if (standings.All(standing => standing.Parameters.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.Number))
        {
            return Numeric(name, standing => standing.Parameters[name].GetDouble(), standings);
        }

        // Names, truths and objects have no distance: each gets its place, in the order in which they come.
        string[] values = [.. standings.Select(standing => TextOf(standing, name)).Distinct(StringComparer.Ordinal)];
        var places = values.Select((value, index) => (value, Place: values.Length == 1 ? 0.5 : (double)index / (values.Length - 1))).ToDictionary(entry => entry.value, entry => entry.Place);
        return (new ParallelAxis(name, [.. values.Select(value => new AxisMark(value, places[value]))]), standing => places[TextOf(standing, name)]);
    }

    private static (ParallelAxis Axis, Func<SweepStanding, double> Place) Numeric(string name, Func<SweepStanding, double> value, SweepStanding[] standings)
    {
        double[] values = [.. standings.Select(value)];
        var axis = ChartAxis.Over(values, isLogarithmic: values.Length > 0 && values.Min() > 0 && values.Max() >= LogarithmicFrom * values.Min());
        return (new ParallelAxis(name, axis.Marks()), standing => axis.Place(value(standing)));
    }

    private static string TextOf(SweepStanding standing, string name) => standing.Parameters.TryGetValue(name, out var value) ? ParameterText.Of(value) : "-";
}

/// <summary>An axis of a parallel plot.</summary>
/// <param name="Name">The parameter, as the API names it.</param>
/// <param name="Marks">What is written beside it.</param>
public sealed record ParallelAxis(string Name, IReadOnlyList<AxisMark> Marks);

/// <summary>A candidate in a parallel plot.</summary>
/// <param name="Candidate">Its place in the sweep, from 0.</param>
/// <param name="IsBest">Whether no other is better.</param>
/// <param name="Places">One an axis, 0 at the bottom.</param>
public sealed record ParallelLine(int Candidate, bool IsBest, IReadOnlyList<double> Places);

/// <summary>The value of a parameter for people.</summary>
internal static class ParameterText
{
    public static string Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number => value.GetDouble().ToString("g4", CultureInfo.InvariantCulture),
        _ => value.GetRawText(),
    };
}
