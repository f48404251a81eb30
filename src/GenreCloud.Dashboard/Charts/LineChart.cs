using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace GenreCloud.Dashboard.Charts;

/// <summary>
/// Curves, also of many thousands of points and while they grow: drawn as one SVG path each, of the points that a screen can show (<see cref="DownSampling"/>),
/// without a script. MudBlazor's line chart makes an element of every point.
/// </summary>
public sealed class LineChart : ComponentBase
{
    private const int Width = 720;
    private const int Height = 280;
    private const int Left = 70;
    private const int Right = 12;
    private const int Top = 10;
    private const int Bottom = 34;
    private const int PlotWidth = Width - Left - Right;
    private const int PlotHeight = Height - Top - Bottom;

    /// <summary>Colours and dashes that can be told apart, also by who sees no colours.</summary>
    private const int Styles = 5;

    /// <summary>What it shows: "Loss by step".</summary>
    [Parameter, EditorRequired]
    public string Title { get; set; } = "";

    [Parameter, EditorRequired]
    public IReadOnlyList<ChartSeries> Series { get; set; } = [];

    /// <summary>What x is, with its unit.</summary>
    [Parameter]
    public string XLabel { get; set; } = "";

    [Parameter]
    public bool LogX { get; set; }

    [Parameter]
    public bool LogY { get; set; }

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        var x = ChartAxis.Over(Series.SelectMany(series => series.Points).Select(point => point.X), LogX);
        var y = ChartAxis.Over(Series.SelectMany(series => series.Points).Select(point => point.Y), LogY);
        builder.OpenElement(0, "figure");
        builder.AddAttribute(1, "class", "chart");
        builder.OpenElement(2, "figcaption");
        builder.AddContent(3, Title);
        builder.CloseElement();
        builder.OpenElement(4, "svg");
        builder.AddAttribute(5, "viewBox", $"0 0 {Width} {Height}");
        builder.AddAttribute(6, "role", "img");
        builder.AddAttribute(7, "aria-label", InWords());
        builder.AddMarkupContent(8, Grid(x, y));
        for (var i = 0; i < Series.Count; i++)
        {
            builder.OpenElement(9, "path");
            builder.AddAttribute(10, "class", $"chart-line series-{i % Styles}");
            builder.AddAttribute(11, "d", PathOf(Series[i].Points, x, y));
            builder.CloseElement();
        }

        builder.OpenElement(12, "text");
        builder.AddAttribute(13, "class", "chart-axis");
        builder.AddAttribute(14, "x", Left + (PlotWidth / 2));
        builder.AddAttribute(15, "y", Height - 4);
        builder.AddAttribute(16, "text-anchor", "middle");
        builder.AddContent(17, XLabel);
        builder.CloseElement();
        builder.CloseElement();
        AddLegend(builder);
        builder.CloseElement();
    }

    /// <summary>The line as an SVG path, in the chart's own coordinates.</summary>
    internal static string PathOf(IReadOnlyList<ChartPoint> points, ChartAxis x, ChartAxis y)
    {
        // On a logarithmic axis what is not above 0 has no place.
        var placed = points.Where(point => (!x.IsLogarithmic || point.X > 0) && (!y.IsLogarithmic || point.Y > 0))
            .Select(point => new ChartPoint(x.Place(point.X), y.Place(point.Y)))
            .ToArray();
        var path = new StringBuilder();
        foreach (var point in DownSampling.Envelope(placed, from: 0, to: 1, PlotWidth))
        {
            path.Append(path.Length == 0 ? 'M' : 'L')
                .Append(CultureInfo.InvariantCulture, $"{Left + (point.X * PlotWidth):0.#} {Top + ((1 - point.Y) * PlotHeight):0.#}");
        }

        return path.ToString();
    }

    private void AddLegend(RenderTreeBuilder builder)
    {
        if (Series.Count < 2)
        {
            return;
        }

        builder.OpenElement(20, "ul");
        builder.AddAttribute(21, "class", "chart-legend");
        for (var i = 0; i < Series.Count; i++)
        {
            builder.OpenElement(22, "li");
            builder.AddMarkupContent(23, $"""<svg viewBox="0 0 26 10" aria-hidden="true"><path class="chart-line series-{i % Styles}" d="M0 5L26 5"/></svg>""");
            builder.AddContent(24, Series[i].Name);
            builder.CloseElement();
        }

        builder.CloseElement();
    }

    /// <summary>For who cannot see it: where each line begins and ends, and how low and high it is.</summary>
    private string InWords() => $"{Title}. " + string.Join(' ', Series.Where(series => series.Points.Count > 0).Select(series =>
        $"{series.Name}: from {ChartAxis.Label(series.Points[0].Y)} to {ChartAxis.Label(series.Points[^1].Y)}, lowest {ChartAxis.Label(series.Points.Min(point => point.Y))}, highest {ChartAxis.Label(series.Points.Max(point => point.Y))}."));

    private static string Grid(ChartAxis x, ChartAxis y)
    {
        var grid = new StringBuilder();
        foreach (var mark in y.Marks())
        {
            var at = Top + ((1 - mark.Place) * PlotHeight);
            grid.Append(CultureInfo.InvariantCulture, $"""<path class="chart-grid" d="M{Left} {at:0.#}H{Width - Right}"/><text class="chart-axis" x="{Left - 6}" y="{at + 4:0.#}" text-anchor="end">{mark.Text}</text>""");
        }

        foreach (var mark in x.Marks())
        {
            var at = Left + (mark.Place * PlotWidth);
            grid.Append(CultureInfo.InvariantCulture, $"""<path class="chart-grid" d="M{at:0.#} {Top}V{Height - Bottom}"/><text class="chart-axis" x="{at:0.#}" y="{Height - Bottom + 14}" text-anchor="middle">{mark.Text}</text>""");
        }

        return grid.ToString();
    }
}
