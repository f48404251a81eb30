using GenreCloud.ServiceDefaults;

namespace GenreCloud.DatasetImport.Browse;

/// <summary>The answer to who asks for a dataset, a version or a sample that is not there.</summary>
internal static class UnknownDataset
{
    /// <param name="what">"dataset genres version 7".</param>
    public static ProblemException Problem(string what) => new(
        StatusCodes.Status404NotFound, "Not found", $"There is no {what}. GET /api/datasets lists what was imported.");
}
