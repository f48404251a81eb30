using GenreCloud.Inference.Serving;
using Microsoft.Extensions.Time.Testing;

namespace GenreCloud.Inference.Tests.Serving;

public sealed class ServingRatesTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void A_minute_of_answers_gives_their_rate_and_percentiles()
    {
        var rates = new ServingRates(_time);
        for (var i = 1; i <= 100; i++)
        {
            rates.Record("genres", 2, TimeSpan.FromMilliseconds(i));
            _time.Advance(TimeSpan.FromMilliseconds(100));
        }

        rates.Record("genres", 1, TimeSpan.FromMilliseconds(7));

        var read = rates.Read();
        read.Select(rate => (rate.Model, rate.Version)).ShouldBe([("genres", 1), ("genres", 2)]);
        read[1].RequestsPerSecond.ShouldBe(100 / 60.0, tolerance: 1e-9);
        read[1].P50Ms.ShouldBe(50);
        read[1].P99Ms.ShouldBe(99);
    }

    [Fact]
    public void What_is_older_than_a_minute_does_not_count()
    {
        var rates = new ServingRates(_time);
        rates.Record("genres", 1, TimeSpan.FromMilliseconds(5));

        _time.Advance(TimeSpan.FromSeconds(61));

        rates.Read().ShouldBeEmpty();
    }

    [Fact]
    public void Of_more_answers_than_are_kept_the_rate_is_that_of_the_latest()
    {
        var rates = new ServingRates(_time);
        for (var i = 0; i < 20_000; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            rates.Record("genres", 1, TimeSpan.FromMilliseconds(2));
        }

        rates.Read().ShouldHaveSingleItem().RequestsPerSecond.ShouldBe(1000, tolerance: 1);
    }
}
