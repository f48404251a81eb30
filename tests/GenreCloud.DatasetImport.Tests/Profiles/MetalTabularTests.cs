using System.Globalization;
using CsCheck;
using GenreCloud.DatasetImport.Profiles;
using GenreCloud.Datasets.Tabular;
using GenreCloud.Testing;

namespace GenreCloud.DatasetImport.Tests.Profiles;

/// <summary>The tabular columns of the metal dataset: mixed types, missing values, and what is no number.</summary>
public sealed class MetalTabularTests
{
    [Theory]
    [InlineData("tempo", "182.156", 182.156f)]
    [InlineData("tempo", "120", 120)]
    [InlineData("tempo", " 120 ", 120)]
    [InlineData("acousticness", "1.63e-06", 1.63e-6f)]
    [InlineData("loudness", "-13.642", -13.642f)]
    [InlineData("num_sections", "3.0", 3)]
    [InlineData("num_sections", "3", 3)]
    [InlineData("popularity", "0", 0)]
    [InlineData("key", "0", 0)]
    [InlineData("key", "11", 11)]
    [InlineData("key", "11.0", 11)]
    [InlineData("mode", "1.0", 1)]
    [InlineData("explicit", "0", 0)]
    [InlineData("explicit", "True", 1)]
    [InlineData("explicit", "False", 0)]
    [InlineData("explicit", "true", 1)]
    public void A_number_is_read_however_its_type_was_taken(string column, string field, float value)
    {
        var tabular = Read(column, field);

        tabular.Numbers.ShouldBe(new Dictionary<string, float> { [column] = value });
        tabular.Unreadable.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("tempo", "")]
    [InlineData("tempo", "  ")]
    [InlineData("tempo", "nan")]
    [InlineData("tempo", "NaN")]
    [InlineData("tempo", "-nan")]
    [InlineData("tempo", "None")]
    [InlineData("tempo", "null")]
    [InlineData("tempo", "NA")]
    [InlineData("tempo", "N/A")]
    [InlineData("tempo", "<NA>")]
    [InlineData("explicit", "None")]
    [InlineData("key", "-1")]
    [InlineData("key", "-1.0")]
    public void A_missing_value_has_no_entry_and_is_nobodys_mistake(string column, string field)
    {
        var tabular = Read(column, field);

        tabular.Numbers.ShouldBeEmpty();
        tabular.Unreadable.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("valence", "valence")]
    [InlineData("valence", "0,5")]
    [InlineData("duration_ms", "1,000")]
    [InlineData("duration_ms", "3:45")]
    [InlineData("loudness", "-7 dB")]
    [InlineData("tempo", "0x10")]
    [InlineData("tempo", "inf")]
    [InlineData("tempo", "Infinity")]
    [InlineData("tempo", "-Infinity")]
    [InlineData("tempo", "∞")]
    [InlineData("tempo", "1e39")]
    [InlineData("tempo", "True")]
    [InlineData("key", "key")]
    [InlineData("key", "12")]
    [InlineData("key", "-2")]
    [InlineData("key", "3.5")]
    [InlineData("key", "C#")]
    [InlineData("key", "True")]
    [InlineData("mode", "2")]
    [InlineData("mode", "-1")]
    [InlineData("mode", "0.5")]
    [InlineData("mode", "major")]
    [InlineData("explicit", "2")]
    [InlineData("explicit", "yes")]
    public void What_is_no_number_of_its_column_is_missing_and_counted(string column, string field)
    {
        var tabular = Read(column, $"\"{field}\"");

        tabular.Numbers.ShouldBeEmpty();
        tabular.Unreadable.ShouldBe([column]);
    }

    [Fact]
    public void All_columns_are_taken_and_no_others()
    {
        var columns = TabularFeatures.Columns;
        var values = columns.Select((_, column) => column < 3 ? "1" : $"{column}.5");

        var row = MetalCsv.ReadOne($"image_path,label,other,{string.Join(',', columns)}\na.png,punk,7,{string.Join(',', values)}\n");

        row.Tabular.Numbers.Keys.ShouldBe(columns);
        row.Tabular.Numbers.Values.ShouldBe([1, 1, 1, .. Enumerable.Range(3, columns.Count - 3).Select(column => column + 0.5f)]);
    }

    [Fact]
    public void Every_finite_float_survives_its_text() =>
        Gen.Float.Where(float.IsFinite).ForAll(1000, value =>
            Read("loudness", value.ToString("R", CultureInfo.InvariantCulture)).Numbers["loudness"] == value);

    [Fact]
    public void Any_text_is_a_finite_number_or_missing_or_counted() =>
        Gen.Select(Gen.Int[0, TabularFeatures.Columns.Count - 1], Gen.String).ForAll(1000, (index, text) =>
        {
            var tabular = Read(TabularFeatures.Columns[index], $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
            return tabular.Numbers.Values.All(float.IsFinite) && tabular.Numbers.Count + tabular.Unreadable.Count <= 1;
        });

    private static TabularValues Read(string column, string field) =>
        MetalCsv.ReadOne($"image_path,label,{column}\na.png,punk,{field}\n").Tabular;
}
