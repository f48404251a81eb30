namespace GenreCloud.DatasetImport.Imports;

/// <summary>The source cannot become a dataset, and trying again would not help. Ends the import with this reason.</summary>
/// <param name="title">What is wrong.</param>
/// <param name="detail">Where, and what to do.</param>
public sealed class ImportFailedException(string title, string detail) : Exception($"{title}: {detail}")
{
    public string Title { get; } = title;

    public string Detail { get; } = detail;
}
