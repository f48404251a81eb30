using System.Globalization;

namespace GenreCloud.Datasets;

/// <summary>The blob names of a dataset version.</summary>
internal static class DatasetPaths
{
    public const string ManifestFile = "manifest.json";
    public const string ReservationFile = "reservation.json";
    public const string SamplesFile = "samples.parquet";
    public const string QuarantineFile = "quarantine.jsonl";

    public static string Of(string name, int version, string file) => string.Create(CultureInfo.InvariantCulture, $"{name}/{version}/{file}");

    /// <summary>The version in "{name}/{version}/{file}"; false for any other file or anything that is not a version.</summary>
    public static bool TryParseVersion(string blobName, string name, string file, out int version)
    {
        version = 0;
        return blobName.StartsWith(name + "/", StringComparison.Ordinal)
            && blobName.EndsWith("/" + file, StringComparison.Ordinal)
            && blobName.Length > name.Length + file.Length + 2
            && int.TryParse(blobName.AsSpan()[(name.Length + 1)..^(file.Length + 1)], NumberStyles.None, CultureInfo.InvariantCulture, out version);
    }
}
