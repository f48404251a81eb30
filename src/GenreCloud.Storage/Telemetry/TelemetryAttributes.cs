namespace GenreCloud.Storage;

/// <summary>
/// Attributes that spans or measurements of more than one library carry; what only one library uses is named beside its
/// instruments. Ids stand on spans only: a metric with one would have a time series for every job.
/// </summary>
public static class TelemetryAttributes
{
    public const string ImportId = "genrecloud.import.id";

    public const string RunId = "genrecloud.run.id";

    public const string DatasetName = "genrecloud.dataset.name";

    /// <summary>Text, as a model's lineage has it.</summary>
    public const string DatasetVersion = "genrecloud.dataset.version";

    public const string ModelName = "genrecloud.model.name";

    /// <summary>An integer.</summary>
    public const string ModelVersion = "genrecloud.model.version";
}
