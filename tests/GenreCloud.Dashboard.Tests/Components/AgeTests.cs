using GenreCloud.Dashboard.Components;

namespace GenreCloud.Dashboard.Tests.Components;

public sealed class AgeTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, "just now")]
    [InlineData(-44, "just now")]
    [InlineData(-60, "60 s ago")]
    [InlineData(-300, "5 min ago")]
    [InlineData(-7200, "2 h ago")]
    [InlineData(7200, "in 2 h")]
    [InlineData(-86400 * 3, "3 days ago")]
    [InlineData(-86400 * 40, "2026-10-19")]
    public void Times_are_said_as_people_say_them(int seconds, string words) => Age.InWords(Now.AddSeconds(seconds), Now).ShouldBe(words);
}
