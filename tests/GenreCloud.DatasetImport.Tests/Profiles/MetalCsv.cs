using System.Text;
using GenreCloud.DatasetImport.Profiles;

namespace GenreCloud.DatasetImport.Tests.Profiles;

/// <summary>A labels CSV of profile metal, read.</summary>
internal static class MetalCsv
{
    public static LabelTable Read(string csv, LabelRulesRequest? rules = null) => Read(Encoding.UTF8.GetBytes(csv), rules);

    public static LabelTable Read(byte[] csv, LabelRulesRequest? rules = null)
    {
        using var stream = new MemoryStream(csv);
        return ((CsvProfile)ImportProfile.Named(MetalProfile.ProfileName).With(rules)).ReadLabels(stream, "labels.csv");
    }

    /// <summary>The row of a CSV with one.</summary>
    public static LabelRow ReadOne(string csv)
    {
        var table = Read(csv);
        table.Unusable.ShouldBeEmpty();
        return table.Rows.ShouldHaveSingleItem().Value;
    }
}
