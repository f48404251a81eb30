namespace GenreCloud.Datasets.Tests;

public sealed class DatasetNameTests
{
    [Theory]
    [InlineData("genres")]
    [InlineData("metal-2026_v2")]
    [InlineData("0")]
    public void Lower_case_letters_digits_and_dashes_make_a_name(string name) => DatasetName.IsValid(name).ShouldBeTrue();

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("Genres")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("müsik")]
    public void Anything_else_does_not(string? name)
        => Should.Throw<ArgumentException>(() => DatasetName.ThrowIfInvalid(name)).Message.ShouldContain("1 to 63 lower-case letters");

    [Fact]
    public void A_name_has_63_characters_at_most()
    {
        DatasetName.IsValid(new string('a', 63)).ShouldBeTrue();
        DatasetName.IsValid(new string('a', 64)).ShouldBeFalse();
    }
}
