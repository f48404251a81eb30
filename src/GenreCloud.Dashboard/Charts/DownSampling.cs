namespace GenreCloud.Dashboard.Charts;

/// <summary>Makes a line of many points one that looks the same and has few.</summary>
internal static class DownSampling
{
    /// <summary>More points than these no line keeps: a circuit has a few megabytes for all that its page shows.</summary>
    public const int MostPoints = 20_000;

    /// <summary>A line of any length in at most <see cref="MostPoints"/> points, about half of them when it was longer; no peak is lost.</summary>
    /// <param name="points">By rising x.</param>
    public static List<ChartPoint> Thin(List<ChartPoint> points) => points.Count <= MostPoints
        ? points
        : Envelope(points, points[0].X, points[^1].X, columns: MostPoints / 8);

    /// <summary>
    /// Of the points that fall into one pixel column only the first, the lowest, the highest and the last are kept, which draws the same pixels: no peak is lost.
    /// </summary>
    /// <param name="points">By rising x.</param>
    /// <param name="from">The x of the first column.</param>
    /// <param name="to">The x of the end of the last column; above <paramref name="from"/>.</param>
    /// <param name="columns">Pixel columns.</param>
    /// <returns>At most four points a column, by rising x.</returns>
    public static List<ChartPoint> Envelope(IReadOnlyList<ChartPoint> points, double from, double to, int columns)
    {
        var kept = new List<ChartPoint>(Math.Min(points.Count, columns * 4));
        var column = int.MinValue;
        var (first, lowest, highest, last) = (-1, -1, -1, -1);
        for (var i = 0; i < points.Count; i++)
        {
            if (!double.IsFinite(points[i].Y))
            {
                continue;
            }

            var place = (int)((points[i].X - from) / (to - from) * columns);
            if (place != column)
            {
                Keep();
                (column, first, lowest, highest) = (place, i, i, i);
            }

            lowest = points[i].Y < points[lowest].Y ? i : lowest;
            highest = points[i].Y > points[highest].Y ? i : highest;
            last = i;
        }

        Keep();
        return kept;

        void Keep()
        {
            if (first < 0)
            {
                return;
            }

            var (inner, outer) = lowest < highest ? (lowest, highest) : (highest, lowest);
            var before = -1;
            foreach (var index in (ReadOnlySpan<int>)[first, inner, outer, last])
            {
                if (index != before)
                {
                    kept.Add(points[index]);
                }

                before = index;
            }
        }
    }
}
