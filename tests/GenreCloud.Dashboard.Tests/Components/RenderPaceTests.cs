using GenreCloud.Dashboard.Components;
using Microsoft.Extensions.Time.Testing;

namespace GenreCloud.Dashboard.Tests.Components;

public sealed class RenderPaceTests
{
    [Fact]
    public void A_thousand_changes_a_second_are_drawn_four_times_and_the_last_one_is_seen()
    {
        var time = new FakeTimeProvider();
        var (drawn, seen, changes) = (0, 0, 0);
        using var pace = new RenderPace(time, () => (drawn, seen) = (drawn + 1, changes));

        for (; changes < 1000; time.Advance(TimeSpan.FromMilliseconds(1)))
        {
            changes++;
            pace.Changed();
        }

        time.Advance(RenderPace.Interval);

        drawn.ShouldBeInRange(4, 5);
        seen.ShouldBe(1000);
    }

    [Fact]
    public void Who_changes_nothing_draws_nothing()
    {
        var time = new FakeTimeProvider();
        var drawn = 0;
        using var pace = new RenderPace(time, () => drawn++);

        time.Advance(TimeSpan.FromSeconds(10));

        drawn.ShouldBe(0);
    }
}
