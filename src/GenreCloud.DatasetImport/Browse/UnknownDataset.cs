using GenreCloud.Datasets;
using GenreCloud.ServiceDefaults;

namespace GenreCloud.DatasetImport.Browse;

/// <summary>The answer to who asks for a dataset, a version or a sample that is not there.</summary>
internal static class UnknownDataset
{
    /// <param name="what">"dataset genres version 7".</param>
    public static ProblemException Problem(string what) => new(
        StatusCodes.Status404NotFound, "Not found", $"There is no {what}. GET /api/datasets lists what was imported.");

    /// <summary>A version that somebody asks for.</summary>
    /// <exception cref="ProblemException">404: it is not there.</exception>
    public static async Task<DatasetReader> RequireAsync(this DatasetStore datasets, string name, int version, CancellationToken cancellationToken) =>
        (DatasetName.IsValid(name) ? await datasets.FindAsync(name, version, cancellationToken) : null) ?? throw Problem($"dataset {name} version {version}");
}
