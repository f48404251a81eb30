using GenreCloud.Datasets;
using GenreCloud.ServiceDefaults;

namespace GenreCloud.Training.Runs;

/// <summary>The dataset version that a request names.</summary>
internal static class RequestedDataset
{
    /// <param name="datasets">Those that were imported.</param>
    /// <param name="dataset">As the request has it, valid or not.</param>
    /// <param name="version">Null for the newest.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="ProblemException">404: there is no such dataset version.</exception>
    public static async Task<DatasetManifest> ReadManifestAsync(DatasetStore datasets, string dataset, int? version, CancellationToken cancellationToken)
    {
        var found = DatasetName.IsValid(dataset) ? version ?? await datasets.FindLatestVersionAsync(dataset, cancellationToken) : null;
        var reader = found is null ? null : await datasets.FindAsync(dataset, found.Value, cancellationToken);
        return reader?.Manifest ?? throw new ProblemException(
            StatusCodes.Status404NotFound,
            "Unknown dataset",
            $"There is no dataset {dataset}{(version is null ? "" : $" version {version}")}. GET /api/datasets lists what was imported.");
    }
}
