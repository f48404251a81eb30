using GenreCloud.Dashboard.Imports;

namespace GenreCloud.Dashboard.Tests.Imports;

public sealed class ImportFormTests
{
    [Theory]
    [InlineData("Genres (2).zip", "genres-2")]
    [InlineData("metal_track_data.zip", "metal_track_data")]
    [InlineData("Größe.zip", "gr-e")]
    [InlineData("???.zip", "")]
    public void A_dataset_is_called_after_its_file(string file, string name) => ImportForm.NameAfter(file).ShouldBe(name);

    [Fact]
    public void A_long_name_is_cut() => ImportForm.NameAfter(new string('a', 100)).Length.ShouldBe(63);

    [Fact]
    public void What_is_missing_is_said_before_the_service_is_asked()
    {
        new ImportForm().Missing(hasFile: false).ShouldBeNull();
        new ImportForm { From = ImportFrom.File, Dataset = "a" }.Missing(hasFile: false).ShouldBe("Choose a zip first.");
        new ImportForm { From = ImportFrom.File }.Missing(hasFile: true).ShouldBe("Give the dataset a name.");
        new ImportForm { From = ImportFrom.Url, Dataset = "a" }.Missing(hasFile: false).ShouldBe("Give the address of the zip.");
        new ImportForm { From = ImportFrom.Url, Dataset = "a", Url = "https://x" }.Missing(hasFile: false).ShouldBeNull();
    }

    [Fact]
    public void What_was_left_empty_is_not_asked_for()
    {
        var request = new ImportForm { From = ImportFrom.Url, Dataset = " a ", Profile = "genres", Url = " https://x ", Licence = " ", LabelsUrl = "https://y" }.ToRequest();

        (request.Dataset, request.Profile, request.Source!.Url, request.Labels!.Url, request.Licence, request.Sha256).ShouldBe(("a", "genres", "https://x", "https://y", null, null));
    }
}
