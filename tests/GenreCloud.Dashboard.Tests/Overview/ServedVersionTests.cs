using GenreCloud.Client.Models;
using GenreCloud.Dashboard.Overview;

namespace GenreCloud.Dashboard.Tests.Overview;

public sealed class ServedVersionTests
{
    [Fact]
    public void Versions_with_an_alias_and_those_that_were_asked_are_served()
    {
        Model[] models = [new("b", [1, 2, 3], new Dictionary<string, int> { ["production"] = 2, ["champion"] = 2, ["candidate"] = 3 }), new("a", [1], new Dictionary<string, int>())];
        ServingRate[] rates = [new("b", 2, 1.5, 40, 90), new("b", 1, 0.1, 50, 50)];

        var served = ServedVersion.Of(models, rates);

        served.Select(version => (version.Model, version.Version, string.Join(' ', version.Aliases), version.Rate?.P99Ms))
            .ShouldBe([("b", 1, "", 50), ("b", 2, "champion production", 90), ("b", 3, "candidate", null)]);
    }
}
