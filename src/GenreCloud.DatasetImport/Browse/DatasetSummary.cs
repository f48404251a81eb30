using GenreCloud.Datasets.Deletion;

namespace GenreCloud.DatasetImport.Browse;

/// <summary>A dataset.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Versions">The versions that can be used, oldest first.</param>
/// <param name="Details">Of each of these, in their order.</param>
/// <param name="Deleted">The versions that can still be restored.</param>
public sealed record DatasetSummary(
    string Name, IReadOnlyList<int> Versions, IReadOnlyList<DatasetVersionSummary> Details, IReadOnlyList<DatasetDeletion> Deleted);
