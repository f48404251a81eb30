using System.Globalization;
using GenreCloud.Inference.Traffic;
using GenreCloud.Registry;

namespace GenreCloud.Inference.Tests.Traffic;

public sealed class TrafficRouteTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.1, 100)]
    [InlineData(0.25, 250)]
    [InlineData(1, 1000)]
    public void A_share_is_exact_whatever_it_is(double share, int expected)
    {
        var route = Route(new TrafficRule(2) { CanaryShare = share, ShadowShare = share });

        Enumerable.Range(0, 1000).Count(_ => route.Choose(stickiness: null) == 2).ShouldBe(expected);
        Enumerable.Range(0, 1000).Count(_ => route.ShadowOf(1) == 2).ShouldBe(expected);
    }

    [Fact]
    public void Who_sticks_to_a_version_gets_it_again_and_so_do_about_as_many_as_the_share()
    {
        var rule = new TrafficRule(2) { CanaryShare = 0.3 };
        string[] clients = [.. Enumerable.Range(0, 2000).Select(client => client.ToString(CultureInfo.InvariantCulture))];

        int[] once = [.. clients.Select(Route(rule).Choose)];
        int[] again = [.. clients.Reverse().Select(Route(rule).Choose).Reverse()];

        again.ShouldBe(once);
        once.Count(version => version == 2).ShouldBeInRange(500, 700);
        clients.Select(new TrafficRoute("metal", "production", 1, rule, DateTimeOffset.UnixEpoch).Choose).ShouldNotBe(once);
    }

    [Fact]
    public void A_copy_goes_to_the_version_that_did_not_answer()
    {
        var route = Route(new TrafficRule(2) { ShadowShare = 1 });

        route.ShadowOf(1).ShouldBe(2);
        route.ShadowOf(2).ShouldBe(1);
    }

    [Fact]
    public void A_comparison_has_the_latencies_of_both_and_how_often_they_agree()
    {
        var comparison = new TrafficComparison(first: 3, second: 5, DateTimeOffset.UnixEpoch);
        comparison.Report().Agreement.ShouldBeNull();
        for (var milliseconds = 1; milliseconds <= 100; milliseconds++)
        {
            comparison.AddAnswer(3, TimeSpan.FromMilliseconds(milliseconds));
            comparison.AddShadow(5, TimeSpan.FromMilliseconds(2 * milliseconds), agreed: milliseconds <= 80);
        }

        comparison.AddAnswer(5, TimeSpan.FromMilliseconds(2));
        comparison.AddDropped();
        comparison.AddFailed();

        var report = comparison.Report();

        report.Versions[0].ShouldBe(new VersionReport(3, Answered: 100, Runs: 100, MedianMilliseconds: 50, P99Milliseconds: 99));
        report.Versions[1].ShouldBe(new VersionReport(5, Answered: 1, Runs: 101, MedianMilliseconds: 100, P99Milliseconds: 198));
        (report.Compared, report.Agreement, report.Dropped, report.Failed).ShouldBe((100, 0.8, 1, 1));
    }

    private static TrafficRoute Route(TrafficRule rule) => new("genres", "production", 1, rule, DateTimeOffset.UnixEpoch);
}
