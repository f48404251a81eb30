using GenreCloud.Datasets;
using GenreCloud.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GenreCloud.DatasetImport.Browse;

/// <summary>Look at the imported datasets.</summary>
internal static class DatasetsApi
{
    public static IEndpointRouteBuilder MapDatasets(this IEndpointRouteBuilder app)
    {
        var datasets = app.MapGroup("/api/datasets").WithTags("Datasets")
            .WithProblem<DatasetException>(StatusCodes.Status500InternalServerError, "The dataset cannot be read");
        datasets.MapGet("/", ListAsync)
            .WithName("ListDatasets").WithSummary("List the datasets and their versions: samples, sizes, sources, and what can still be restored");
        datasets.MapGet("/{name}", GetAsync)
            .WithName("GetDataset").WithSummary("A dataset's versions").ProducesProblem(StatusCodes.Status404NotFound);
        datasets.MapGet("/{name}/{version:int}", GetVersionAsync)
            .WithName("GetDatasetVersion").WithSummary("The manifest of a version").ProducesProblem(StatusCodes.Status404NotFound);
        datasets.MapSamples();
        datasets.MapQuarantine();
        datasets.MapComparison();
        return app;
    }

    private static async Task<Ok<IReadOnlyList<DatasetSummary>>> ListAsync(DatasetCatalogue catalogue, CancellationToken cancellationToken) =>
        TypedResults.Ok(await catalogue.DescribeAsync(name: null, cancellationToken));

    private static async Task<Ok<DatasetSummary>> GetAsync(string name, DatasetCatalogue catalogue, CancellationToken cancellationToken) =>
        DatasetName.IsValid(name) && await catalogue.DescribeAsync(name, cancellationToken) is [var dataset]
            ? TypedResults.Ok(dataset)
            : throw UnknownDataset.Problem($"dataset {name}");

    private static async Task<Ok<DatasetManifest>> GetVersionAsync(
        string name, int version, DatasetStore datasets, CancellationToken cancellationToken) =>
        TypedResults.Ok((await datasets.RequireAsync(name, version, cancellationToken)).Manifest);
}
