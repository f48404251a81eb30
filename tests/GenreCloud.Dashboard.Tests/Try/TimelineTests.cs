using Bunit;
using GenreCloud.Client.Classify;
using GenreCloud.Dashboard.Try;

namespace GenreCloud.Dashboard.Tests.Try;

public sealed class TimelineTests : ComponentTest
{
    [Fact]
    public void Windows_that_overlap_have_each_the_part_around_their_middle()
    {
        var timeline = Render<Timeline>(parameters => parameters
            .Add(t => t.Segments, [Of(0, 30, "rock"), Of(15, 45, "<b>jazz</b>", unsure: true), Of(30, 60, "rock")])
            .Add(t => t.Start, 0)
            .Add(t => t.End, 60)
            .Add(t => t.Selected, 1));

        timeline.FindAll("li").Select(part => part.GetAttribute("style")).ShouldBe(["left:0%;width:37.5%", "left:37.5%;width:25%", "left:62.5%;width:37.5%"]);
        timeline.FindAll("button").Select(part => part.TextContent.Trim()).ShouldBe(["rock", "<b>jazz</b>?", "rock"]);
        timeline.FindAll("button")[0].ClassList.ShouldContain("hue-0");
        timeline.FindAll("button")[2].ClassList.ShouldContain("hue-0");
        timeline.FindAll("button").Select(part => part.GetAttribute("aria-pressed")).ShouldBe(["false", "true", "false"]);
    }

    [Fact]
    public void A_click_chooses_a_part()
    {
        var chosen = -1;
        var timeline = Render<Timeline>(parameters => parameters
            .Add(t => t.Segments, [Of(0, 30, "rock"), Of(15, 45, "jazz")])
            .Add(t => t.End, 45)
            .Add(t => t.OnSelect, part => chosen = part));

        timeline.FindAll("button")[1].Click();

        chosen.ShouldBe(1);
    }

    private static Segment Of(double start, double end, string label, bool unsure = false) => new(start, end, [new Prediction(label, 0.8f)], unsure);
}
