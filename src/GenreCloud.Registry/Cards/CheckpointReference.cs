namespace GenreCloud.Registry;

/// <summary>The file that a model was made of.</summary>
/// <param name="Sha256">Of the file, 64 lower-case hexadecimal digits.</param>
public sealed record CheckpointReference(string Sha256)
{
    /// <summary>As whoever sent it called it; null when they did not say.</summary>
    public string? FileName { get; init; }

    /// <summary>The dataset version that the statistics of the tabular columns were measured on; null where the file has them or none are needed.</summary>
    public DatasetReference? TabularStatistics { get; init; }
}
