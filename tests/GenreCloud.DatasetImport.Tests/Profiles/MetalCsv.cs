using System.Text;
using GenreCloud.DatasetImport.Profiles;

namespace GenreCloud.DatasetImport.Tests.Profiles;

/// <summary>A labels CSV of profile metal, read.</summary>
internal static class MetalCsv
{
    public static LabelTable Read(string csv) => Read(Encoding.UTF8.GetBytes(csv));

    public static LabelTable Read(byte[] csv)
    {
        using var stream = new MemoryStream(csv);
        return ImportProfile.Named(MetalProfile.ProfileName).ReadLabels(stream, "labels.csv");
    }

    /// <summary>The row of a CSV with one.</summary>
    public static LabelRow ReadOne(string csv)
    {
        var table = Read(csv);
        table.Unusable.ShouldBeEmpty();
        return table.Rows.ShouldHaveSingleItem().Value;
    }
}
