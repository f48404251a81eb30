using GenreCloud.Client.Models;
using GenreCloud.Dashboard.Models;

namespace GenreCloud.Dashboard.Tests.Models;

public sealed class VersionComparisonTests
{
    [Fact]
    public void Figures_are_beside_each_other_with_their_difference()
    {
        var comparison = VersionComparison.Of(Card(1, top1: 0.5), Card(2, top1: 0.525));

        comparison.Caveat.ShouldBeNull();
        comparison.Rows.Single(row => row.Name == "top-1").ShouldBe(new ComparisonRow("top-1", "50.0%", "52.5%", "+2.5 points"));
        comparison.Rows.Single(row => row.Name == "F1 of rock").ShouldBe(new ComparisonRow("F1 of rock", "40.0%", "40.0%", "0.0 points"));
        comparison.Rows.Single(row => row.Name == "dataset").First.ShouldBe("genres version 1");
    }

    [Fact]
    public void A_label_of_one_alone_has_one_figure() =>
        VersionComparison.Of(Card(1), Card(2, label: "metal")).Rows.Where(row => row.Name.StartsWith("F1", StringComparison.Ordinal))
            .ShouldBe([new ComparisonRow("F1 of rock", "40.0%", "-", "-"), new ComparisonRow("F1 of metal", "-", "40.0%", "-")]);

    [Fact]
    public void What_cannot_be_compared_is_said()
    {
        VersionComparison.Of(Card(1), Card(2) with { Evaluation = null }).Caveat.ShouldBe("At least one has no evaluation. POST /api/evaluations measures it.");
        VersionComparison.Of(Card(1), Card(2, dataset: 5)).Caveat.ShouldBe("Version 1 was measured on genres version 1, version 2 on genres version 5.");
        VersionComparison.Of(Card(1), Card(2, seed: 9)).Caveat.ShouldBe("Their splits differ: each was measured with other samples.");
        VersionComparison.Of(Card(1), Card(2, unit: "track")).Caveat.ShouldBe("Their splits differ: each was measured with other samples.");
    }

    private static ModelCard Card(int version, double top1 = 0.5, string label = "rock", int dataset = 1, int seed = 1, string unit = "artist") => StubService.Read<ModelCard>(FormattableString.Invariant($$"""
        {"model":"genres","version":{{version}},"architecture":"crnn","labels":["{{label}}"],"sizeBytes":1000,"createdAt":"2026-11-28T12:00:00+00:00",
         "evaluation":{"samples":10,"loss":1,"top1":{{top1}},"top5":1,"classes":[{"samples":10,"f1":0.4}],"confusionMatrix":[[10]],"worstSamples":[]},
         "lineage":{"dataset":{"name":"genres","version":"{{dataset}}","manifestSha256":""},"split":{"unit":"{{unit}}","seed":{{seed}},"trainingSamples":[]} } }
        """));
}
