using GenreCloud.Dashboard.Datasets;

namespace GenreCloud.Dashboard.Tests.Datasets;

public sealed class DatasetLinksTests
{
    [Fact]
    public void A_run_is_started_on_one_version() => DatasetLinks.Train("a&b", 3).ShouldBe("/runs/new?dataset=a%26b&version=3");
}
