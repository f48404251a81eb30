using Bunit;
using GenreCloud.Client.Classify;
using GenreCloud.Dashboard.Try;

namespace GenreCloud.Dashboard.Tests.Try;

public sealed class WhyOverlayTests : ComponentTest
{
    [Fact]
    public void Cells_lie_where_their_seconds_and_hertz_are_and_the_strongest_is_the_least_seen_through()
    {
        var why = new Explanation(
            "genres", 1, "metal", 0.9f, Segment: 1, Start: 15, End: 45, [new BandSpan(0, 1000), new BandSpan(1000, 11025)], [new FrameSpan(15, 30), new FrameSpan(30, 45)], [[0.5, -1], [0.25, 0]], DurationMs: 1);

        var overlay = Render<WhyOverlay>(parameters => parameters.Add(o => o.Value, why).Add(o => o.Start, 0).Add(o => o.End, 60));

        var cells = overlay.FindAll("rect");
        cells.Select(cell => cell.GetAttribute("x")).ShouldBe(["0.25", "0.5", "0.25", "0.5"]);
        cells.ShouldAllBe(cell => cell.GetAttribute("width") == "0.25");
        cells[2].GetAttribute("y").ShouldBe("0");
        cells[0].GetAttribute("y").ShouldBe(cells[2].GetAttribute("height"), "the low band begins where the high one ends");
        cells.Select(cell => cell.GetAttribute("class")).ShouldBe(["spectrogram-for", "spectrogram-against", "spectrogram-for", "spectrogram-for"]);
        cells.Select(cell => cell.GetAttribute("fill-opacity")).ShouldBe(["0.325", "0.65", "0.1625", "0"]);
        overlay.Find("svg").GetAttribute("aria-label")!.ShouldContain("most of all 0 to 1000 Hz from 15 to 30 s");
    }
}
