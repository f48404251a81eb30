using GenreCloud.Datasets;
using GenreCloud.Datasets.Samples;
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
        datasets.MapGet("/", ListAsync).WithName("ListDatasets").WithSummary("List the datasets and their versions");
        datasets.MapGet("/{name}", GetAsync)
            .WithName("GetDataset").WithSummary("A dataset's versions").ProducesProblem(StatusCodes.Status404NotFound);
        datasets.MapGet("/{name}/{version:int}", GetVersionAsync)
            .WithName("GetDatasetVersion").WithSummary("The manifest of a version").ProducesProblem(StatusCodes.Status404NotFound);
        datasets.MapGet("/{name}/{version:int}/samples", ListSamplesAsync)
            .WithName("ListSamples").WithSummary("The samples of a version").ProducesProblem(StatusCodes.Status404NotFound);
        datasets.MapGet("/{name}/{version:int}/samples/{id}.png", GetSpectrogramAsync)
            .WithName("GetSpectrogram").WithSummary("The spectrogram of a sample").ProducesProblem(StatusCodes.Status404NotFound);
        datasets.MapGet("/{name}/{version:int}/quarantine", ListQuarantineAsync)
            .WithName("ListQuarantine").WithSummary("What the import left out, and why").ProducesProblem(StatusCodes.Status404NotFound);
        return app;
    }

    private static async Task<Ok<IReadOnlyList<DatasetSummary>>> ListAsync(DatasetStore datasets, CancellationToken cancellationToken)
    {
        var summaries = new List<DatasetSummary>();
        foreach (var name in await datasets.ListNamesAsync(cancellationToken))
        {
            summaries.Add(new DatasetSummary(name, await datasets.ListVersionsAsync(name, cancellationToken)));
        }

        return TypedResults.Ok<IReadOnlyList<DatasetSummary>>(summaries);
    }

    private static async Task<Ok<DatasetSummary>> GetAsync(string name, DatasetStore datasets, CancellationToken cancellationToken)
    {
        var versions = DatasetName.IsValid(name) ? await datasets.ListVersionsAsync(name, cancellationToken) : [];
        return versions.Count > 0 ? TypedResults.Ok(new DatasetSummary(name, versions)) : throw Unknown($"dataset {name}");
    }

    private static async Task<Ok<DatasetManifest>> GetVersionAsync(
        string name, int version, DatasetStore datasets, CancellationToken cancellationToken) =>
        TypedResults.Ok((await OpenAsync(name, version, datasets, cancellationToken)).Manifest);

    private static async Task<Ok<IReadOnlyList<Sample>>> ListSamplesAsync(
        string name, int version, DatasetStore datasets, CancellationToken cancellationToken)
    {
        var dataset = await OpenAsync(name, version, datasets, cancellationToken);
        return TypedResults.Ok(await dataset.ReadSamplesAsync(cancellationToken));
    }

    private static async Task<FileContentHttpResult> GetSpectrogramAsync(
        string name, int version, string id, DatasetStore datasets, CancellationToken cancellationToken)
    {
        var dataset = await OpenAsync(name, version, datasets, cancellationToken);
        var sample = (await dataset.ReadSamplesAsync(cancellationToken)).FirstOrDefault(sample => sample.Id == id)
            ?? throw Unknown($"sample {id} in {name} version {version}");
        return TypedResults.File(await dataset.ReadPngAsync(sample, cancellationToken), "image/png");
    }

    private static async Task<Ok<IAsyncEnumerable<QuarantineEntry>>> ListQuarantineAsync(
        string name, int version, DatasetStore datasets, CancellationToken cancellationToken)
    {
        var dataset = await OpenAsync(name, version, datasets, cancellationToken);
        return TypedResults.Ok(dataset.ReadQuarantineAsync(cancellationToken));
    }

    private static async Task<DatasetReader> OpenAsync(string name, int version, DatasetStore datasets, CancellationToken cancellationToken) =>
        (DatasetName.IsValid(name) ? await datasets.FindAsync(name, version, cancellationToken) : null)
        ?? throw Unknown($"dataset {name} version {version}");

    private static ProblemException Unknown(string what) => new(
        StatusCodes.Status404NotFound, "Not found", $"There is no {what}. GET /api/datasets lists what was imported.");
}
