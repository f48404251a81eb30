using GenreCloud.Datasets;
using GenreCloud.Datasets.Deletion;
using GenreCloud.ServiceDefaults;

namespace GenreCloud.Training.Runs;

/// <summary>The dataset version that a request names.</summary>
internal static class RequestedDataset
{
    /// <summary>Of what there is instead of an unknown dataset or version.</summary>
    private const int NamedAtMost = 20;

    /// <param name="datasets">Those that were imported.</param>
    /// <param name="dataset">As the request has it, valid or not, or not at all.</param>
    /// <param name="version">Null for the newest.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="ProblemException">
    /// 400: no dataset is named; 404: there is no such dataset version; 409: it is being deleted. The first two say what there is.
    /// </exception>
    public static async Task<DatasetManifest> ReadManifestAsync(DatasetStore datasets, string? dataset, int? version, CancellationToken cancellationToken)
    {
        if (dataset is null)
        {
            throw new ProblemException(
                StatusCodes.Status400BadRequest, "dataset is missing", $"Name the dataset. {await NameDatasetsAsync(datasets, cancellationToken)}");
        }

        var versions = DatasetName.IsValid(dataset) ? await datasets.ListVersionsAsync(dataset, cancellationToken) : [];
        if (DatasetName.IsValid(dataset) && version >= 1 && !versions.Contains(version.Value))
        {
            await RequireKeptAsync(datasets, dataset, version.Value, cancellationToken);
        }

        if (versions.Count == 0)
        {
            throw new ProblemException(
                StatusCodes.Status404NotFound, "Unknown dataset", $"There is no dataset {dataset}. {await NameDatasetsAsync(datasets, cancellationToken)}");
        }

        var reader = version is null or >= 1 ? await datasets.FindAsync(dataset, version ?? versions[^1], cancellationToken) : null;
        return reader?.Manifest ?? throw new ProblemException(
            StatusCodes.Status404NotFound,
            "Unknown dataset version",
            $"There is no dataset {dataset} version {version}. {Name("It has", [.. versions.Select(number => $"{number}")])}");
    }

    /// <summary>
    /// Looks whether a dataset version may be used. Who has stored its use asks again: see <see cref="DatasetDeletion"/>.
    /// </summary>
    /// <exception cref="ProblemException">409: it is being deleted; 404: it was.</exception>
    public static async Task RequireKeptAsync(DatasetStore datasets, string dataset, int version, CancellationToken cancellationToken)
    {
        switch (await datasets.FindDeletionAsync(dataset, version, cancellationToken))
        {
            case null:
                return;
            case { SweepStartedAt: { } at }:
                throw new ProblemException(
                    StatusCodes.Status404NotFound,
                    "Unknown dataset version",
                    $"There is no dataset {dataset} version {version} any more: it was deleted at {at:u}. GET /api/datasets/{dataset} lists the others.");
            case var deletion:
                throw new ProblemException(
                    StatusCodes.Status409Conflict,
                    "The dataset version is being deleted",
                    $"{dataset} version {version} was deleted at {deletion.RequestedAt:u}. POST /api/datasets/{dataset}/{version}/restore takes that back"
                    + (deletion.RestorableUntil is { } until ? $" until {until:u}." : "."));
        }
    }

    private static async Task<string> NameDatasetsAsync(DatasetStore datasets, CancellationToken cancellationToken) =>
        await datasets.ListNamesAsync(cancellationToken) is { Count: > 0 } names ? Name("There are", names) : "None was imported yet: POST /api/imports.";

    /// <summary>What there is, in one sentence.</summary>
    private static string Name(string subject, IReadOnlyList<string> names) => names.Count <= NamedAtMost
        ? $"{subject} {string.Join(", ", names)}."
        : $"{subject} {names.Count - NamedAtMost} others and {string.Join(", ", names.TakeLast(NamedAtMost))}.";
}
