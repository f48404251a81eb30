using GenreCloud.DatasetImport.Imports;

namespace GenreCloud.DatasetImport.Tests.Profiles;

/// <summary>What a row of the metal dataset says, and what a CSV of such rows may be like.</summary>
public sealed class MetalRowTests
{
    [Theory]
    [InlineData("depressive black metal", "black metal")]
    [InlineData("blackgaze", "black metal")]
    [InlineData("slam death metal", "death metal")]
    [InlineData("technical death metal", "death metal")]
    [InlineData("sludge metal", "doom metal")]
    [InlineData("funeral doom", "doom metal")]
    [InlineData("goregrind", "grindcore")]
    public void A_label_that_belongs_to_a_larger_class_gets_its_name(string label, string merged)
    {
        var row = MetalCsv.ReadOne($"image_path,label\na.png,{label}\n");

        row.Label.ShouldBe(merged);
        row.DroppedBecause.ShouldBeNull();
    }

    [Theory]
    [InlineData("nwobhm")]
    [InlineData("crust punk")]
    [InlineData("mathcore")]
    [InlineData("drone metal")]
    [InlineData("djent")]
    public void A_label_that_the_source_project_left_out_is_dropped(string label) =>
        MetalCsv.ReadOne($"image_path,label\na.png,{label}\n").DroppedBecause.ShouldNotBeNull().ShouldContain(label);

    [Theory]
    [InlineData("black metal")]
    [InlineData("grindcore")]
    [InlineData("metalcore")]
    [InlineData("a label of tomorrow")]
    public void Another_label_stays_as_it_is(string label)
    {
        var row = MetalCsv.ReadOne($"image_path,label\na.png, {label} \n");

        row.Label.ShouldBe(label);
        row.DroppedBecause.ShouldBeNull();
    }

    [Theory]
    [InlineData("E0/E0e.png,spotify:track:other", "E0e")]
    [InlineData("mel/E0/E0e.PNG,", "E0e")]
    [InlineData("E0\\E0e.png,", "E0e")]
    [InlineData("E0e,", "E0e")]
    [InlineData(",spotify:track:E0e", "E0e")]
    [InlineData(",https://open.spotify.com/track/E0e", "E0e")]
    [InlineData("E0/,spotify:track:E0e", "E0e")]
    [InlineData(" E0/E0e.png ,", "E0e")]
    public void The_picture_is_found_by_image_path_and_else_by_uri(string fields, string id) =>
        MetalCsv.ReadOne($"image_path,uri,label\n{fields},punk\n").Id.ShouldBe(id);

    [Fact]
    public void A_uri_column_alone_is_enough() =>
        MetalCsv.ReadOne("label,uri\npunk,spotify:track:E0e\n").Id.ShouldBe("E0e");

    [Theory]
    [InlineData(",,punk", "It has no image_path or uri.")]
    [InlineData("E0/,spotify:track:,punk", "It has no image_path or uri.")]
    [InlineData("E0/E0e.png,,", "It has no label.")]
    [InlineData("E0/E0e.png", "It has no label.")]
    public void A_row_without_picture_or_label_is_incomplete(string row, string message)
    {
        var table = MetalCsv.Read($"image_path,uri,label\n{row}\n");

        table.Rows.ShouldBeEmpty();
        var entry = table.Unusable.ShouldHaveSingleItem();
        (entry.Entry, entry.Reason, entry.Message).ShouldBe(("labels.csv row 1", "incompleteRow", message));
    }

    [Fact]
    public void Rows_of_one_picture_are_told_apart_by_their_class_and_not_by_the_label_of_the_source()
    {
        var table = MetalCsv.Read("image_path,label\na.png,blackgaze\na.png,black metal\na.png,djent\n");

        table.Rows.ShouldHaveSingleItem().Value.Label.ShouldBe("black metal");
        table.Unusable.Select(entry => entry.Reason).ShouldBe(["duplicateRow", "conflictingLabel"]);
        table.Unusable[0].Message.ShouldBe("Track a has a row already.");
        table.Unusable[1].Message.ShouldBe("Track a has a row already, labelled black metal; this one says djent, and the first counts.");
    }

    [Theory]
    [InlineData("track_id,label\na,punk\n", "The labels have no column image_path or uri", "track_id, label")]
    [InlineData("image_path,genre_short\na.png,punk\n", "The labels have no column label", "image_path, genre_short")]
    [InlineData("", "The labels are empty", "image_path or uri and label")]
    public void A_csv_without_the_columns_it_needs_is_refused(string csv, string title, string detail)
    {
        var exception = Should.Throw<ImportFailedException>(() => MetalCsv.Read(csv));

        exception.Title.ShouldBe(title);
        exception.Detail.ShouldContain(detail);
    }

    [Fact]
    public void Artists_are_told_apart_by_id_and_named_for_people()
    {
        var rows = MetalCsv.Read(
            """
            image_path,label,artist_ids,artist_names
            a.png,punk,['1'],['Nile']
            b.png,punk,['2'],['Nile']
            c.png,punk,['1'],['NILE']
            d.png,punk,"['2', '3']","['Nile', ""Guns N' Roses""]"
            """).Rows;

        rows["a"].Artists.ShouldBe(["Nile (1)"]);
        rows["b"].Artists.ShouldBe(["Nile (2)"]);
        rows["c"].Artists.ShouldBe(rows["a"].Artists);
        rows["d"].Artists.ShouldBe(["Nile (2)", "Guns N' Roses (3)"]);
    }

    [Theory]
    [InlineData("['1', '2']", "['Nile']", "1", "2")]
    [InlineData("['1']", "", "1")]
    [InlineData("", "['Nile']", "Nile")]
    [InlineData("1", "Nile", "Nile (1)")]
    [InlineData("", "")]
    [InlineData("[]", "[]")]
    [InlineData("", @"['Beyonc\xe9', 'a\u200b\U0001F3B8', 'A\\B\'s\nC', '\xzz\q\ud800']", "Beyonc\u00E9", "a\u200B\U0001F3B8", "A\\B's\nC", @"\xzz\q\ud800")]
    [InlineData("", @"['open\']", @"['open\']")]
    public void Artists_are_known_by_what_the_row_has(string ids, string names, params string[] artists) =>
        MetalCsv.ReadOne($"image_path,label,artist_ids,artist_names\na.png,punk,\"{ids}\",\"{names}\"\n").Artists.ShouldBe(artists);

    [Fact]
    public void A_csv_as_windows_and_pandas_write_it_is_fine()
    {
        byte[] csv =
        [
            0xEF, 0xBB, 0xBF,
            .. ",tempo,track_name,label,image_path\r\n0,120.5,\"Iron, \"\"Wolves\"\"\r\nÜnï 曲\",punk,a0/a0.png\r\n1,,,\"thrash metal\",a1/a1.png\r\n"u8,
        ];

        var table = MetalCsv.Read(csv);

        table.Unusable.ShouldBeEmpty();
        table.Rows["a0"].Title.ShouldBe("Iron, \"Wolves\"\r\nÜnï 曲");
        table.Rows["a0"].Tabular.Numbers.ShouldBe(new Dictionary<string, float> { ["tempo"] = 120.5f });
        table.Rows["a1"].Title.ShouldBeNull();
        table.Rows["a1"].Label.ShouldBe("thrash metal");
        table.Rows["a1"].Tabular.Numbers.ShouldBeEmpty();
    }
}
