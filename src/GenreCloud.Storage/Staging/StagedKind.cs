namespace GenreCloud.Storage;

/// <summary>What a staged file is.</summary>
/// <param name="Extension">Of its blob's name, with the dot.</param>
/// <param name="ContentType">Its media type.</param>
public sealed record StagedKind(string Extension, string ContentType)
{
    public static StagedKind Zip { get; } = new(".zip", "application/zip");

    public static StagedKind Csv { get; } = new(".csv", "text/csv");
}
