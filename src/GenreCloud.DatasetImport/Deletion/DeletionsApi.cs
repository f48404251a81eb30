using GenreCloud.DatasetImport.Browse;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Deletion;
using GenreCloud.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GenreCloud.DatasetImport.Deletion;

/// <summary>Delete datasets, and take that back.</summary>
internal static class DeletionsApi
{
    public static IEndpointRouteBuilder MapDeletions(this IEndpointRouteBuilder app)
    {
        var datasets = app.MapGroup("/api/datasets").WithTags("Datasets")
            .WithProblem<DatasetInUseException>(StatusCodes.Status409Conflict, "The dataset is in use");
        datasets.MapDelete("/{name}/{version:int}", DeleteVersionAsync)
            .WithName("DeleteDatasetVersion")
            .WithSummary("Delete a version that nobody uses")
            .WithDescription(
                "New runs and evaluations refuse it at once, and it is no longer listed; its files go when the grace period is over (DatasetImport:DeletionGracePeriod). "
                + "Until then it can be restored. Its number is not given again.")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        datasets.MapDelete("/{name}", DeleteAsync)
            .WithName("DeleteDataset")
            .WithSummary("Delete all versions of a dataset, or none if one is used")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        datasets.MapPost("/{name}/{version:int}/restore", RestoreVersionAsync)
            .WithName("RestoreDatasetVersion")
            .WithSummary("Take the deletion of a version back, before the grace period is over")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        datasets.MapPost("/{name}/restore", RestoreAsync)
            .WithName("RestoreDataset")
            .WithSummary("Take the deletion of all versions of a dataset back that can be restored")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        return app;
    }

    private static async Task<Accepted<DatasetDeletion>> DeleteVersionAsync(
        string name, int version, DatasetStore datasets, DatasetRemoval removal, CancellationToken cancellationToken)
    {
        if (!DatasetName.IsValid(name) || !await datasets.ExistsAsync(name, version, cancellationToken))
        {
            throw UnknownDataset.Problem($"dataset {name} version {version}");
        }

        var deletions = await removal.DeleteAsync(name, [version], cancellationToken);
        return TypedResults.Accepted($"/api/datasets/{name}", deletions[0]);
    }

    private static async Task<Accepted<IReadOnlyList<DatasetDeletion>>> DeleteAsync(
        string name, DatasetStore datasets, DatasetRemoval removal, CancellationToken cancellationToken)
    {
        var versions = await ListCompleteAsync(name, datasets, cancellationToken);
        return TypedResults.Accepted($"/api/datasets/{name}", await removal.DeleteAsync(name, versions, cancellationToken));
    }

    private static async Task<Ok<DatasetRestoration>> RestoreVersionAsync(
        string name, int version, DatasetStore datasets, DatasetRemoval removal, CancellationToken cancellationToken)
    {
        if (!DatasetName.IsValid(name) || !await datasets.ExistsAsync(name, version, cancellationToken))
        {
            throw UnknownDataset.Problem($"dataset {name} version {version}");
        }

        return await removal.RestoreAsync(name, version, cancellationToken) is { } gone
            ? throw TooLate(gone)
            : TypedResults.Ok(new DatasetRestoration(name, await datasets.ListVersionsAsync(name, cancellationToken)));
    }

    private static async Task<Ok<DatasetRestoration>> RestoreAsync(
        string name, DatasetStore datasets, DatasetRemoval removal, CancellationToken cancellationToken)
    {
        DatasetDeletion? gone = null;
        foreach (var version in await ListCompleteAsync(name, datasets, cancellationToken))
        {
            gone = await removal.RestoreAsync(name, version, cancellationToken) ?? gone;
        }

        var usable = await datasets.ListVersionsAsync(name, cancellationToken);
        return usable.Count == 0 && gone is not null ? throw TooLate(gone) : TypedResults.Ok(new DatasetRestoration(name, usable));
    }

    private static async Task<IReadOnlyList<int>> ListCompleteAsync(string name, DatasetStore datasets, CancellationToken cancellationToken)
    {
        int[] versions = DatasetName.IsValid(name)
            ? [.. (await datasets.ListStoredAsync(name, cancellationToken)).Where(stored => stored.IsComplete).Select(stored => stored.Version)]
            : [];
        return versions.Length > 0 ? versions : throw UnknownDataset.Problem($"dataset {name}");
    }

    private static ProblemException TooLate(DatasetDeletion gone) => new(
        StatusCodes.Status409Conflict,
        "The grace period is over",
        $"{gone.Name} version {gone.Version} was deleted at {gone.RequestedAt:u} and could be restored until {gone.RestorableUntil:u}. Import it again.");
}

/// <summary>What a dataset has after a deletion was taken back.</summary>
/// <param name="Name">The dataset.</param>
/// <param name="Versions">Those that can be used, oldest first.</param>
public sealed record DatasetRestoration(string Name, IReadOnlyList<int> Versions);
