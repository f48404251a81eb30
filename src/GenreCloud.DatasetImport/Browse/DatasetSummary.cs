namespace GenreCloud.DatasetImport.Browse;

/// <summary>A dataset.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Versions">Its complete versions, oldest first.</param>
public sealed record DatasetSummary(string Name, IReadOnlyList<int> Versions);
