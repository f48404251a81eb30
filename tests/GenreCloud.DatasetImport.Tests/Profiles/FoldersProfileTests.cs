using GenreCloud.DatasetImport.Profiles;
using GenreCloud.Datasets.Samples;

namespace GenreCloud.DatasetImport.Tests.Profiles;

/// <summary>Labels and ids of pictures in folders.</summary>
public sealed class FoldersProfileTests
{
    private static readonly FoldersProfile Profile = (FoldersProfile)ImportProfile.Named("folders");

    [Theory]
    [InlineData("rock/a.png rock/b.png jazz/c.png", "rock rock jazz")]
    [InlineData("data/rock/a.png data/jazz/b.png", "rock jazz")]
    [InlineData("./data/x/rock/a.png ./data/x/jazz/b.png", "rock jazz")]
    [InlineData("data\\rock\\a.png data\\jazz\\b.png", "rock jazz")]
    [InlineData("data/train/rock/a.png data/test/rock/b.png data/test/jazz/c.PNG", "rock rock jazz")]
    [InlineData("rock/a.png rock/b.png", "rock rock")]
    [InlineData("data/rock/a.png data/rock/b.png", "rock rock")]
    [InlineData("metal/a.png metal/death/b.png rock/c.png", "metal death rock")]
    [InlineData("a.png rock/b.png", "- rock")]
    [InlineData("a.png b.png", "- -")]
    [InlineData("data/a.png data/rock/b.png data/jazz/c.png", "- rock jazz")]
    [InlineData("r&b/a.png", "r&b")]
    public void The_label_is_the_folder_that_holds_the_picture(string entries, string labels)
    {
        var pictures = Profile.FindPictures(entries.Split(' '));
        var table = Profile.ReadLabels(pictures);

        pictures.Select(picture => table.Rows.TryGetValue(picture.Id, out var row) ? row.Label : "-").ShouldBe(labels.Split(' '));
        table.Unusable.ShouldBeEmpty();
    }

    [Fact]
    public void What_is_no_picture_is_passed_over()
    {
        var pictures = Profile.FindPictures(["rock/", "rock/readme.txt", "labels.csv", "__MACOSX/rock/._a.png", "rock/a.png", "jazz/b.png"]);

        pictures.ShouldBe([new Picture(4, "rock/a.png", "a"), new Picture(5, "jazz/b.png", "b")]);
    }

    [Fact]
    public void A_file_name_that_is_unique_is_the_id_and_the_title_keeps_what_an_id_cannot_have()
    {
        var pictures = Profile.FindPictures(["rock/01 - Ünï.song.png", "jazz/b_B-2.png"]);

        pictures.Select(picture => picture.Id).ShouldBe(["01_-__n__song", "b_B-2"]);
        Profile.ReadLabels(pictures).Rows.Values.Select(row => row.Title).ShouldBe(["01 - Ünï.song", "b_B-2"]);
    }

    [Fact]
    public void File_names_that_are_not_unique_are_told_apart_by_their_path()
    {
        string[] entries = ["rock/1.png", "jazz/1.png", "jazz/ä.png", "jazz/ö.png", "jazz/other.png"];

        var ids = IdsByName(entries);

        // SHA-256 of "rock/1.png" and of "jazz/1.png".
        ids["rock/1.png"].ShouldBe("1-b06e8c2e9c13");
        ids["jazz/1.png"].ShouldBe("1-57e9f9a9e0da");
        ids["jazz/other.png"].ShouldBe("other");
        ids.Values.Distinct().Count().ShouldBe(5);
        ids["jazz/ä.png"].ShouldStartWith("_-");
        IdsByName([.. entries.Reverse()]).ShouldBe(ids, ignoreOrder: true);
        IdsByName([.. entries.Select(entry => $"wrapped/{entry}")]).Values.ShouldBe(ids.Values);
    }

    [Fact]
    public void Every_id_is_one_of_a_sample()
    {
        var ids = IdsByName(["rock/.png", $"rock/{new string('x', 200)}.png", "rock/\u0000\ud800.png", "rock/曲.png", "rock/../../etc.png"]).Values;

        ids.ShouldAllBe(id => SampleId.IsValid(id));
        ids.Distinct().Count().ShouldBe(5);
    }

    private static Dictionary<string, string> IdsByName(string[] entries) =>
        Profile.FindPictures(entries).ToDictionary(picture => picture.Name, picture => picture.Id);
}
