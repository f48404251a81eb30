namespace GenreCloud.Dashboard.Charts;

/// <summary>A line of a chart.</summary>
/// <param name="Name">For the legend.</param>
/// <param name="Points">By rising x; may be many thousands.</param>
public sealed record ChartSeries(string Name, IReadOnlyList<ChartPoint> Points);

/// <summary>A point of a line. One whose y is no number is left out.</summary>
public readonly record struct ChartPoint(double X, double Y);
