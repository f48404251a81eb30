using GenreCloud.Client.Classify;
using GenreCloud.Dashboard.Upstream;

namespace GenreCloud.Dashboard.Tests.Try;

public sealed class BrowserPathsTests
{
    [Fact]
    public void What_is_asked_is_in_the_address_and_nothing_else()
    {
        BrowserPaths.Classify(new ClassifyOptions()).ShouldBe("/api/classify");
        BrowserPaths.Classify(new ClassifyOptions { Model = "a b&c", Version = 3, Top = 10 }).ShouldBe("/api/classify?model=a%20b%26c&version=3&top=10");
        BrowserPaths.Why(new ClassifyOptions { Model = "genres", Alias = "production", Top = 10 }, "r&b", segment: 2)
            .ShouldBe("/api/classify/why?model=genres&alias=production&label=r%26b&segment=2");
        BrowserPaths.Why(new ClassifyOptions(), "jazz", segment: null).ShouldBe("/api/classify/why?label=jazz");
    }
}
