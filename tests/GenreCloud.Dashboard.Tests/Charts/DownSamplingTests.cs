using GenreCloud.Dashboard.Charts;

namespace GenreCloud.Dashboard.Tests.Charts;

public sealed class DownSamplingTests
{
    [Fact]
    public void A_line_of_many_points_keeps_its_ends_and_every_peak()
    {
        var points = Enumerable.Range(0, 10_000).Select(i => new ChartPoint(i, Math.Sin(i / 100.0))).ToArray();
        points[4321] = new ChartPoint(4321, 50);
        points[8765] = new ChartPoint(8765, -50);

        var kept = DownSampling.Envelope(points, 0, 10_000, columns: 600);

        kept.Count.ShouldBeLessThanOrEqualTo(2400);
        kept[0].ShouldBe(points[0]);
        kept[^1].ShouldBe(points[^1]);
        kept.ShouldContain(points[4321]);
        kept.ShouldContain(points[8765]);
        kept.Select(point => point.X).ShouldBe(kept.Select(point => point.X).Distinct().Order());
    }

    [Fact]
    public void Few_points_stay_as_they_are_and_what_is_no_number_is_left_out()
    {
        ChartPoint[] points = [new(0, 1), new(1, double.NaN), new(2, 3), new(3, double.PositiveInfinity), new(4, 2)];

        DownSampling.Envelope(points, 0, 4, columns: 600).ShouldBe([points[0], points[2], points[4]]);
    }

    [Fact]
    public void Nothing_gives_nothing() => DownSampling.Envelope([], 0, 1, columns: 600).ShouldBeEmpty();
}
