using GenreCloud.Dashboard.Datasets;

namespace GenreCloud.Dashboard.Tests.Datasets;

public sealed class ComparedVersionsTests
{
    [Theory]
    [InlineData(null, null, 3, 7)]
    [InlineData(1, 3, 1, 3)]
    [InlineData(7, 1, 7, 1)]
    [InlineData(null, 1, 3, 1)]
    [InlineData(6, 7, 3, 7)]
    [InlineData(1, 99, 1, 7)]
    public void What_is_asked_for_or_the_newest_with_the_one_before_it(int? from, int? to, int first, int second) =>
        ComparedVersions.Of([1, 3, 7], from, to).ShouldBe((first, second));

    [Fact]
    public void One_version_is_not_compared() => ComparedVersions.Of([1], 1, 1).ShouldBe((null, null));
}
