using System.Text;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.DatasetImport.Tests.Sources;
using GenreCloud.Datasets;
using GenreCloud.Testing;

namespace GenreCloud.DatasetImport.Tests.Imports;

/// <summary>What a labels CSV may be like, and what is said of one that cannot be used.</summary>
public sealed class LabelsTests(ImportService service) : IClassFixture<ImportService>
{
    private readonly ServiceHost _host = service.Host;

    [Fact]
    public async Task A_zip_without_csv_is_refused_with_the_way_to_name_one()
    {
        var error = await _host.FailToImportAsync("no-csv", SourceZip.WithTracks(1, "rock").ToBytesWithoutLabels());

        error.Title.ShouldBe("There are no labels");
        error.Detail.ShouldContain("\"labels\"");
    }

    [Fact]
    public async Task A_zip_with_two_csvs_is_refused_with_their_names()
    {
        var zip = SourceZip.WithTracks(1, "rock").Entry("some.csv", "a,b\n1,2\n").Entry("other/more.csv", "a,b\n1,2\n").ToBytesWithoutLabels();

        var error = await _host.FailToImportAsync("two-csvs", zip);

        error.Title.ShouldBe("Which CSV has the labels?");
        error.Detail.ShouldContain("some.csv, other/more.csv");
        error.Detail.ShouldContain($"call the right one {SourceZip.LabelsName}");
    }

    [Fact]
    public async Task Of_two_csvs_the_one_with_the_published_name_has_the_labels()
    {
        var zip = SourceZip.WithTracks(1, "rock").Entry("other/more.csv", "a,b\n1,2\n").ToBytes();

        (await _host.ImportAsync("published-csv", zip)).Labels.ShouldBe(["rock"]);
    }

    [Fact]
    public async Task Two_csvs_with_the_published_name_are_refused()
    {
        var zip = SourceZip.WithTracks(1, "rock").Entry($"other/{SourceZip.LabelsName}", "a,b\n1,2\n").ToBytes();

        (await _host.FailToImportAsync("published-twice", zip)).Title.ShouldBe("Which CSV has the labels?");
    }

    [Theory]
    [InlineData("no-label-column", "track_id,genre\ntrack0,rock\n", "The labels have no column genre_short", "track_id, genre")]
    [InlineData("no-id-column", "id,genre_short\ntrack0,rock\n", "The labels have no column track_id", "id, genre_short")]
    [InlineData("bars", "track_id|genre_short\ntrack0|rock\n", "The labels have no column track_id", "track_id|genre_short")]
    [InlineData("empty-csv", "", "The labels are empty", "track_id and genre_short")]
    [InlineData("quote-in-field", "track_id,genre_short\n\"track0\"x,rock\n", "The labels cannot be read", "row 1")]
    public async Task A_csv_that_cannot_be_used_is_named_with_what_is_wrong(string dataset, string csv, string title, string detail)
    {
        var error = await _host.FailureOfAsync(await ImportAsync(dataset, Encoding.UTF8.GetBytes(csv)));

        error.Title.ShouldBe(title);
        error.Detail.ShouldContain("labels.csv");
        error.Detail.ShouldContain(detail);
    }

    [Fact]
    public async Task A_broken_row_is_left_out_and_not_fatal()
    {
        var manifest = await CompleteAsync("broken-row", "track_id,genre_short\n\"track9\"x,rock\ntrack0,rock\n\"track8,rock\n"u8.ToArray());

        manifest.Samples.ShouldBe(1);
        manifest.Quarantined.ShouldBe(new Dictionary<string, int> { ["brokenRow"] = 2 });
        (await _host.GetQuarantineAsync("broken-row", 1)).Select(entry => entry.Entry).ShouldBe(["labels.csv row 1", "labels.csv row 3"]);
    }

    [Fact]
    public async Task A_csv_of_no_text_at_all_is_refused()
    {
        var error = await _host.FailureOfAsync(await ImportAsync("binary-csv", TestPng.Spectrogram(0)));

        error.Title.ShouldStartWith("The labels ");
    }

    [Fact]
    public async Task A_byte_order_mark_and_windows_line_ends_are_fine()
    {
        byte[] csv = [0xEF, 0xBB, 0xBF, .. "track_id,genre_short\r\ntrack0,rock\r\n"u8];

        (await CompleteAsync("bom", csv)).Samples.ShouldBe(1);
    }

    [Fact]
    public async Task Quoted_commas_line_breaks_and_other_alphabets_are_fine()
    {
        const string Csv = "genre_short,track_name,track_id\n\"r&b, soul\",\"two\nlines, Ünï 曲\",track0\n";

        (await CompleteAsync("quoted", Encoding.UTF8.GetBytes(Csv))).Labels.ShouldBe(["r&b, soul"]);
    }

    [Fact]
    public async Task A_row_that_ends_early_is_incomplete_and_not_fatal()
    {
        await CompleteAsync("short-row", "track_id,playlist,genre_short\ntrack0,p,rock\ntrack1\n"u8.ToArray());

        (await _host.GetQuarantineAsync("short-row", 1)).ShouldHaveSingleItem().Reason.ShouldBe("incompleteRow");
    }

    [Fact]
    public async Task One_class_only_is_a_dataset_all_the_same()
    {
        var manifest = await _host.ImportAsync("one-class", SourceZip.WithTracks(2, "rock").ToBytes());

        manifest.Labels.ShouldBe(["rock"]);
        manifest.MajorityClassAccuracy.ShouldBe(1);
    }

    private async Task<DatasetManifest> CompleteAsync(string dataset, byte[] csv)
    {
        var import = await ImportAsync(dataset, csv);
        import.Error.ShouldBeNull();
        return await _host.GetManifestAsync(dataset, import.Version.ShouldNotBeNull());
    }

    /// <summary>Imports one picture, "track0", with these labels.</summary>
    private async Task<Import> ImportAsync(string dataset, byte[] csv)
    {
        using var folder = new TemporaryFolder();
        var zip = folder.Write("pictures.zip", SourceZip.WithTracks(1, "rock").ToBytesWithoutLabels());
        var labels = folder.Write("labels.csv", csv);
        return await _host.EndOfAsync(
            await _host.StartImportAsync(dataset, new ImportSource { Path = zip }, new ImportSource { Path = labels }));
    }
}
