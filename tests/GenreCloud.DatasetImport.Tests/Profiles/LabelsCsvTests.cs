using System.Text;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.Datasets.Tabular;

namespace GenreCloud.DatasetImport.Tests.Profiles;

/// <summary>CSVs as they really are.</summary>
public sealed class LabelsCsvTests
{
    private const string Csv = ",image_path,track_name,label\n0,a.png,\"Größe; \"\"曲\"\"\",punk\n1,b.png,,hard rock\n";

    public static TheoryData<string, byte[]> Encodings => new()
    {
        { "UTF-8", Encoding.UTF8.GetBytes(Csv) },
        { "UTF-8 with byte order mark", [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Csv)] },
        { "UTF-16, little end first", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Csv)] },
        { "UTF-16, big end first", [.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes(Csv)] },
        { "CRLF", Encoding.UTF8.GetBytes(Csv.ReplaceLineEndings("\r\n")) },
        { "CR", Encoding.UTF8.GetBytes(Csv.ReplaceLineEndings("\r")) },
        { "mixed line ends", Encoding.UTF8.GetBytes(Csv.Replace("label\n", "label\r\n", StringComparison.Ordinal)) },
        { "no line end at the end", Encoding.UTF8.GetBytes(Csv.TrimEnd()) },
        { "blank lines", Encoding.UTF8.GetBytes($"\n\n{Csv.Replace("\n", "\n\n", StringComparison.Ordinal)}  \n") },
        { "tabs", Encoding.UTF8.GetBytes(Csv.Replace(',', '\t')) },
        { "semicolons", Encoding.UTF8.GetBytes(Csv.Replace(',', ';')) },
        { "semicolons and quoted names", Encoding.UTF8.GetBytes("\"track, name\";\"image_path\";\"track_name\";\"label\"\n0;a.png;\"Größe; \"\"曲\"\"\";punk\n1;b.png;;hard rock\n") },
    };

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Encoding_line_ends_and_delimiter_do_not_matter(string kind, byte[] csv)
    {
        var table = MetalCsv.Read(csv);

        table.Unusable.ShouldBeEmpty(kind);
        table.Rows.Values.Select(row => (row.Id, row.Title, row.Label)).ShouldBe([("a", "Größe; \"曲\"", "punk"), ("b", null, "hard rock")], kind);
    }

    [Fact]
    public void Bytes_that_are_no_utf8_are_characters_of_latin_1()
    {
        byte[] csv = [.. "image_path,track_name,label\na.png,Gr"u8, 0xF6, .. "e,punk\nb.png,Größe,punk\nc.png,"u8, 0xC3];

        MetalCsv.Read([.. csv, .. ",punk"u8]).Rows.Values.Select(row => row.Title).ShouldBe(["Gröe", "Größe", "Ã"]);
    }

    [Fact]
    public void A_row_that_begins_with_a_number_sign_is_no_comment()
    {
        var table = MetalCsv.Read("#,label,image_path\n#1 Crush,punk,a.png\n#,punk,b.png\n");

        table.Rows.Keys.ShouldBe(["a", "b"]);
    }

    [Fact]
    public void A_long_field_is_fine_and_one_without_end_costs_its_row()
    {
        MetalCsv.ReadOne($"image_path,label,track_name\na.png,punk,{new string('x', 200_000)}\n").Title.ShouldNotBeNull().Length.ShouldBe(200_000);

        var table = MetalCsv.Read(
            $"image_path,label,track_name\na.png,punk,\"x\n\"\nb.png,punk,\"y\n{string.Concat(Enumerable.Range(0, 100_000).Select(row => $"c{row}.png,punk,z\n"))}");

        table.Rows.Count.ShouldBe(100_001);
        var broken = table.Unusable.ShouldHaveSingleItem();
        (broken.Entry, broken.Reason).ShouldBe(("labels.csv row 2", "brokenRow"));
        broken.Message.ShouldBe("Line 4: It has more than 1,048,576 characters, as with a quote that is opened and never closed.");
    }

    [Theory]
    [InlineData("b.png,\"punk\"x,", "After a quoted field comes something else")]
    [InlineData("b.png,\"punk\" ,", "After a quoted field comes something else")]
    [InlineData("\"b.png,punk,", "After a quoted field comes something else")]
    [InlineData("b.png,punk,\"", "After a quoted field comes something else")]
    [InlineData("\"\"\"", "After a quoted field comes something else")]
    public void A_broken_row_is_listed_with_its_line_and_the_next_line_is_read(string row, string message)
    {
        foreach (var lineEnd in (string[])["\n", "\r\n", "\r"])
        {
            var csv = $"image_path,label,track_name\na.png,punk,\"x\ny\"\n\n{row}\nc.png,punk,\"z\"\n".Replace("\n", lineEnd, StringComparison.Ordinal);

            var table = MetalCsv.Read(csv);

            table.Rows.Values.Select(known => (known.Id, known.Title)).ShouldBe([("a", $"x{lineEnd}y"), ("c", "z")]);
            var broken = table.Unusable.ShouldHaveSingleItem();
            (broken.Entry, broken.Reason).ShouldBe(("labels.csv row 2", "brokenRow"));
            broken.Message.ShouldStartWith($"Line 5: {message}");
        }
    }

    [Fact]
    public void A_quote_that_is_still_open_at_the_end_costs_one_row()
    {
        var table = MetalCsv.Read("image_path,label\na.png,punk\n\"b.png,punk\nc.png,punk");

        table.Rows.Keys.ShouldBe(["a", "c"]);
        table.Unusable.ShouldHaveSingleItem().Message.ShouldBe("Line 3: A quote is opened and never closed.");
    }

    [Fact]
    public void A_line_without_end_costs_one_row()
    {
        var table = MetalCsv.Read($"image_path,label,track_name\na.png,punk,{new string('x', 5 << 20)}\nb.png,punk,y\n");

        table.Rows.Keys.ShouldBe(["b"]);
        table.Unusable.ShouldHaveSingleItem().Message.ShouldStartWith("Line 2: It has more than");
    }

    [Fact]
    public async Task Quotes_that_open_on_every_line_cost_no_more_than_any_other_text()
    {
        // Whether a line is begun inside or outside of a quoted field, it ends inside of one: looked at to the end from each, this takes minutes.
        const int Lines = 400_000;
        var csv = Encoding.UTF8.GetBytes($"image_path,label\n{string.Concat(Enumerable.Repeat("a\",\"\n", Lines))}b.png,punk\n");

        var table = await Task.Run(() => MetalCsv.Read(csv), CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), CancellationToken);

        table.Rows.Keys.ShouldBe(["b"]);
        table.Unusable.Count.ShouldBe(Lines);
    }

    [Fact]
    public void Utf16_without_byte_order_mark_is_refused_with_what_to_do()
    {
        var exception = Should.Throw<ImportFailedException>(() => MetalCsv.Read(Encoding.Unicode.GetBytes(Csv)));

        exception.Title.ShouldBe("The labels are no text");
        exception.Detail.ShouldContain("Save it as UTF-8");
    }

    [Fact]
    public void The_second_row_of_a_track_is_told_by_whether_it_says_the_same()
    {
        var table = MetalCsv.Read("image_path,label\na.png,punk\na.png,punk\nb.png,punk\nb.png,hard rock\nx/a.png,punk\n");

        table.Rows.Values.Select(row => (row.Id, row.Label)).ShouldBe([("a", "punk"), ("b", "punk")]);
        table.Unusable.Select(entry => (entry.Entry, entry.Reason)).ShouldBe(
            [("labels.csv row 2", "duplicateRow"), ("labels.csv row 4", "conflictingLabel"), ("labels.csv row 5", "duplicateRow")]);
    }

    [Fact]
    public void What_rows_repeat_is_in_memory_once()
    {
        var rows = MetalCsv.Read(
            "image_path,label,artist_ids,artist_names\n" + string.Concat(Enumerable.Range(0, 3).Select(i => $"{i}.png,punk,\"['1', '2']\",\"['A', 'B']\"\n"))).Rows;

        rows["1"].Label.ShouldBeSameAs(rows["0"].Label);
        rows["2"].Artists.ShouldBeSameAs(rows["0"].Artists);
    }

    [Fact]
    public void A_broken_first_line_is_refused()
    {
        var exception = Should.Throw<ImportFailedException>(() => MetalCsv.Read("\"image_path\"x,label\na.png,punk\n"));

        exception.Title.ShouldBe("The labels cannot be read");
        exception.Detail.ShouldStartWith("labels.csv is no CSV in its first line. After a quoted field");
    }

    [Fact]
    public void Reading_a_hundred_thousand_rows_of_the_metal_dataset_allocates_little()
    {
        const int Rows = 100_000;
        var csv = MetalRows(Rows);

        // All that is allocated, kept or not: what is kept is less, and cannot be told apart from other tests' memory.
        var before = GC.GetAllocatedBytesForCurrentThread();
        var table = MetalCsv.Read(csv);
        var perRow = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Rows;

        TestContext.Current.SendDiagnosticMessage($"{perRow:n0} bytes a row");
        table.Rows.Count.ShouldBe(Rows);
        perRow.ShouldBeLessThan(768);
    }

    /// <summary>A title and an id of its own a row, an artist for ten, all tabular columns.</summary>
    private static byte[] MetalRows(int rows)
    {
        var csv = new StringBuilder("image_path,label,track_name,artist_ids,artist_names,").AppendJoin(',', TabularFeatures.Columns).Append('\n');
        for (var i = 0; i < rows; i++)
        {
            csv.Append($"ab/ab{i:d20}.png,label {i % 20},title of track {i},\"['{i / 10:d22}']\",\"['artist {i / 10}']\",0,1,1,0.1,0.2,180000,0.3,0.4,0.5,-7.5,9,40,0.6,120,4,0.7\n");
        }

        return Encoding.UTF8.GetBytes(csv.ToString());
    }
}
