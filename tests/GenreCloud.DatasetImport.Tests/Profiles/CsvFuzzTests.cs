using System.Text;
using CsvHelper;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.DatasetImport.Profiles;

namespace GenreCloud.DatasetImport.Tests.Profiles;

/// <summary>The reading of CSVs on generated ones, against what was generated and against CsvHelper.</summary>
public sealed class CsvFuzzTests
{
    private static readonly string[] Parts =
        [",", ";", "\t", "\"", "\"\"", "'", "\n", "\r", "\r\n", " ", "#", "=", "a", "B", "0", "-1.5", "é", "曲", "🎸", "\uFEFF", "['a', \"b\"]", "nan", "\u00A0"];

    private static readonly string[] LineEnds = ["\n", "\r\n", "\r"];

    private static readonly Encoding[] Encodings =
        [new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), Encoding.Unicode, Encoding.BigEndianUnicode];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_valid_csv_is_read_as_it_was_written_and_as_CsvHelper_reads_it(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 300; i++)
        {
            var delimiter = random.GetItems([',', ';', '\t'], 1)[0];
            var names = Table(random, 1, 2 + random.Next(5))[0].Select((name, column) => $"{column}{name.Trim()}").ToArray();
            var rows = Table(random, random.Next(12), names.Length);
            var text = Write([names, .. rows], delimiter, random);
            var encoding = random.GetItems(Encodings, 1)[0];

            using var stream = new MemoryStream([.. encoding.Preamble, .. encoding.GetBytes(text)]);
            using var csv = LabelsCsv.Open(stream, columns => columns.SequenceEqual(names));
            var read = new List<string[]> { csv.Columns.ToArray() };
            while (csv.Read())
            {
                read.Add([.. Enumerable.Range(0, names.Length).Select(column => csv[column].ToString())]);
                csv.Fault.ShouldBeNull();
            }

            var because = $"seed {seed}, case {i}: {text}";
            read.ShouldBe([names, .. rows.Select(row => row.Select(field => field.Trim()).ToArray())], because);
            read.ShouldBe(ByCsvHelper(text, delimiter), because);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Broken_rows_between_valid_ones_cost_no_other(int seed)
    {
        // Each of them has its mistake on its own line, whatever follows.
        string[] mistakes = ["\"a\"b", "x,\"\"\"y\"z,\"", "\"\"\"\"\"\" ", ",\",\"\"\"x\"\"\"y"];
        var random = new Random(seed);
        for (var i = 0; i < 300; i++)
        {
            var rows = Table(random, random.Next(12), 3).Select(row => (string[])["x", .. row]).ToArray();
            var isBroken = rows.Select(_ => random.Next(3) == 0).ToArray();
            var text = Write([["a", "b", "c", "d"]], ',', random).TrimEnd('\r', '\n') + "\n"
                + string.Concat(rows.Zip(isBroken, (row, broken) => (broken ? random.GetItems(mistakes, 1)[0] : Write([row], ',', random).TrimEnd('\r', '\n')) + "\n"));

            using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
            using var csv = LabelsCsv.Open(stream, columns => columns.Count == 4);
            var read = new List<string[]?>();
            while (csv.Read())
            {
                read.Add(csv.Fault is null ? [.. Enumerable.Range(0, 4).Select(column => csv[column].ToString())] : null);
            }

            read.ShouldBe(rows.Zip(isBroken, (row, broken) => broken ? null : row.Select(field => field.Trim()).ToArray()), $"seed {seed}, case {i}: {text}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Whatever_the_bytes_a_table_comes_of_them_or_a_reason_why_not(int seed)
    {
        var random = new Random(seed);
        var tables = 0;
        var reasons = new HashSet<string>();
        for (var i = 0; i < 500; i++)
        {
            var rows = Table(random, 8, 5).Select(row => (string[])[$"x/{random.Next(5)}.png", .. row]);
            byte[] bytes = Encoding.UTF8.GetBytes(Write([["image_path", "label", "track_name", "artist_names", "tempo", "explicit"], .. rows], ',', random));
            for (var change = random.Next(6); change > 0; change--)
            {
                bytes = Mutate(bytes, random);
            }

            try
            {
                var table = MetalCsv.Read(bytes);
                tables++;
                table.Rows.All(row => row.Key == row.Value.Id && row.Key.Length > 0 && row.Value.Label.Length > 0).ShouldBeTrue();
                (table.Rows.Count + table.Unusable.Count).ShouldBeLessThanOrEqualTo(bytes.Length);
                table.Rows.Values.All(row => row.Tabular.Numbers.Values.All(float.IsFinite)).ShouldBeTrue();
            }
            catch (ImportFailedException exception)
            {
                reasons.Add(exception.Title.Split(" column ")[0]);
            }
        }

        tables.ShouldBeGreaterThan(100);
        reasons.ShouldContain("The labels have no");
        reasons.ShouldContain("The labels cannot be read");
    }

    private static List<string[]> ByCsvHelper(string text, char delimiter)
    {
        using var reader = CsvReader.FromText(
            text,
            new CsvReaderOptions { HasHeader = false, Separator = delimiter, DetectSeparatorHint = false, MalformedData = CsvMalformedDataHandling.Throw });
        var rows = new List<string[]>();
        while (reader.Read())
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(column => reader.GetString(column).Trim())]);
        }

        return rows;
    }

    private static string[][] Table(Random random, int rows, int columns) =>
        [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, columns).Select(_ => string.Concat(random.GetItems(Parts, random.Next(5)))).ToArray())];

    /// <summary>RFC 4180: fields that need it are quoted, and some that do not; with or without line end at the end, and some blank lines.</summary>
    private static string Write(string[][] rows, char delimiter, Random random)
    {
        var lineEnd = random.GetItems(LineEnds, 1)[0];
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            text.AppendJoin(delimiter, row.Select(field =>
                field.AsSpan().IndexOfAny(['"', '\n', '\r', delimiter]) >= 0 || random.Next(4) == 0 ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field));
            text.Append(lineEnd);
            text.Append(random.Next(8) == 0 ? lineEnd : "");
        }

        return random.Next(2) == 0 ? text.ToString() : text.ToString().TrimEnd('\r', '\n');
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        var at = random.Next(bytes.Length + 1);
        var length = Math.Min(random.Next(20), bytes.Length - at);
        return random.Next(4) switch
        {
            0 => [.. bytes[..at], .. bytes[(at + length)..]],
            1 => [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]],
            2 => [.. bytes[..at], .. "\",;\n\0\r"u8[random.Next(6)..], .. bytes[at..]],
            _ => [.. bytes[..(at + length)], .. bytes[at..]],
        };
    }
}
