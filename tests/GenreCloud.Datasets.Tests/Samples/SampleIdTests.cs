using GenreCloud.Datasets.Samples;

namespace GenreCloud.Datasets.Tests.Samples;

public sealed class SampleIdTests
{
    [Theory]
    [InlineData("p2OgbzyUd6vyP3xcRRaHwN")]
    [InlineData("a")]
    [InlineData("my-song_01")]
    public void Safe_names_are_ids(string id) => SampleId.IsValid(id).ShouldBeTrue();

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("..")]
    [InlineData("a.b")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("ä")]
    [InlineData("a\0")]
    public void Names_that_a_file_a_path_or_a_WebDataset_key_could_misread_are_not(string? id) => SampleId.IsValid(id).ShouldBeFalse();

    [Fact]
    public void The_longest_id_and_its_extension_fill_a_tar_name()
    {
        SampleId.IsValid(new string('x', 96)).ShouldBeTrue();
        SampleId.IsValid(new string('x', 97)).ShouldBeFalse();
    }
}
