using GenreCloud.Dashboard.Imports;
using Microsoft.Extensions.Time.Testing;

namespace GenreCloud.Dashboard.Tests.Imports;

public sealed class TransferRateTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void The_rate_is_that_of_the_last_ten_seconds()
    {
        var rate = new TransferRate(_time);
        rate.Add(0);
        rate.PerSecond.ShouldBeNull();

        Pass(rate, seconds: 20, perSecond: 100);
        rate.PerSecond.ShouldNotBeNull().ShouldBe(100, 1e-9);

        Pass(rate, seconds: 12, perSecond: 10, from: 2000);
        rate.PerSecond.ShouldNotBeNull().ShouldBe(10, 1e-9);
        rate.TimeFor(50).ShouldBe(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void What_begins_anew_is_counted_anew()
    {
        var rate = new TransferRate(_time);
        Pass(rate, seconds: 5, perSecond: 1000);

        rate.Add(10);
        _time.Advance(TimeSpan.FromSeconds(2));
        rate.Add(30);

        rate.PerSecond.ShouldNotBeNull().ShouldBe(10, 1e-9);
    }

    [Fact]
    public void What_stands_still_takes_nobody_knows_how_long()
    {
        var rate = new TransferRate(_time);
        rate.Add(7);
        _time.Advance(TimeSpan.FromSeconds(1));
        rate.Add(7);

        rate.TimeFor(1).ShouldBeNull();
    }

    private void Pass(TransferRate rate, int seconds, double perSecond, double from = 0)
    {
        for (var second = 1; second <= seconds; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            rate.Add(from + (second * perSecond));
        }
    }
}
