using System.Globalization;

namespace GenreCloud.Datasets;

/// <summary>The blob names of a dataset version.</summary>
internal static class DatasetPaths
{
    public const string ManifestFile = "manifest.json";
    public const string ReservationFile = "reservation.json";
    public const string SamplesFile = "samples.parquet";
    public const string QuarantineFile = "quarantine.jsonl";
    public const string DeletionFile = "deletion.json";
    public const string ShardsFolder = "shards/";

    public static string Of(string name, int version, string file) => string.Create(CultureInfo.InvariantCulture, $"{name}/{version}/{file}");

    /// <summary>Takes "{name}/{version}/{file}" apart; false for anything that is not a file of a version.</summary>
    public static bool TryParse(string blobName, out string name, out int version, out string file)
    {
        (name, version, file) = ("", 0, "");
        if (blobName.Split('/', 3) is not [var dataset, var number, var rest]
            || !DatasetName.IsValid(dataset)
            || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out version))
        {
            return false;
        }

        (name, file) = (dataset, rest);
        return true;
    }

    /// <summary>Whether a file outlives its version, so that the version's number is not given again.</summary>
    public static bool StaysForGood(string blobName) => TryParse(blobName, out _, out _, out var file) && file is ReservationFile or DeletionFile;
}
