using GenreCloud.Client.Datasets;
using GenreCloud.Client.Http;

namespace GenreCloud.Client.Tests.Http;

public sealed class ApiPathTests
{
    [Theory]
    [InlineData("r&b", "api/datasets/r%26b/3")]
    [InlineData("a/../b?c#d", "api/datasets/a%2F..%2Fb%3Fc%23d/3")]
    [InlineData("Ünï", "api/datasets/%C3%9Cn%C3%AF/3")]
    public void A_part_is_one_segment_whatever_it_is(string name, string path) => ApiPath.Of($"api/datasets/{name}/{3}").ShouldBe(path);

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    public void A_part_that_would_make_another_path_is_refused(string name) =>
        Should.Throw<ArgumentException>(() => ApiPath.Of($"api/datasets/{name}")).Message.ShouldContain("api/datasets/{0}");

    [Fact]
    public void What_is_given_becomes_the_query() =>
        ApiPath.Query("api/x", ("a", "r&b"), ("b", null), ("c", true), ("d", 1.5), ("e", SampleChangeKind.Relabelled))
            .ShouldBe("api/x?a=r%26b&c=true&d=1.5&e=relabelled");

    [Fact]
    public void Nothing_given_is_no_query() => ApiPath.Query("api/x", ("a", null)).ShouldBe("api/x");
}
