using System.Diagnostics;
using GenreCloud.Datasets;
using GenreCloud.Modeling;
using GenreCloud.Registry;
using GenreCloud.ServiceDefaults;
using GenreCloud.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GenreCloud.Training.Runs;

/// <summary>Start a training run, follow it.</summary>
internal static class RunsApi
{
    public static IEndpointRouteBuilder MapRuns(this IEndpointRouteBuilder app)
    {
        var runs = app.MapGroup("/api/runs").WithTags("Runs")
            .WithProblem<DatasetException>(StatusCodes.Status500InternalServerError, "The dataset cannot be read");
        runs.MapPost("/", StartAsync)
            .WithName("StartRun")
            .WithSummary("Train a network on a dataset version and register it")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
        runs.MapGet("/", ListAsync).WithName("ListRuns").WithSummary("List the runs, the newest first");
        runs.MapGet("/{id}", GetAsync)
            .WithName("GetRun").WithSummary("A run: how far it is, its epochs, its result").ProducesProblem(StatusCodes.Status404NotFound);
        return app;
    }

    private static async Task<Accepted<Run>> StartAsync(
        RunRequest request, RunStore runs, WorkQueue<RunMessage> queue, DatasetStore datasets, TimeProvider time, CancellationToken cancellationToken)
    {
        var settings = await SettingsAsync(request, datasets, cancellationToken);
        var now = time.GetUtcNow();
        var run = new Run { Id = Guid.CreateVersion7(now).ToString("n"), Settings = settings, CreatedAt = now };
        Activity.Current?.SetTag(TelemetryAttributes.RunId, run.Id);
        await runs.AcceptAsync(run, queue, cancellationToken);
        return TypedResults.Accepted($"/api/runs/{run.Id}", run);
    }

    private static async Task<Ok<IReadOnlyList<Run>>> ListAsync(RunStore runs, CancellationToken cancellationToken) =>
        TypedResults.Ok(await runs.ListAsync(cancellationToken));

    private static async Task<Ok<Run>> GetAsync(string id, RunStore runs, CancellationToken cancellationToken) =>
        TypedResults.Ok(
            (Guid.TryParseExact(id, "n", out _) ? await runs.FindAsync(id, cancellationToken) : null)
            ?? throw new ProblemException(StatusCodes.Status404NotFound, "Unknown run", $"There is no run {id}. GET /api/runs lists them."));

    private static async Task<RunSettings> SettingsAsync(RunRequest request, DatasetStore datasets, CancellationToken cancellationToken)
    {
        var dataset = request.Dataset ?? throw Invalid("dataset is missing", "Name the dataset to train on; GET /api/datasets lists them.");
        var manifest = await ReadManifestAsync(datasets, dataset, request.Version, cancellationToken);
        if (manifest.Labels.Count < 2)
        {
            throw Invalid(
                "The dataset has one class only",
                $"{manifest.Name} version {manifest.Version} has only {manifest.Labels[0]}; a classifier needs two or more. Import more genres.");
        }

        var settings = RunSettings.From(request, manifest);
        if (Architecture.All.All(architecture => architecture.Name != settings.Architecture))
        {
            throw Invalid(
                "Unknown architecture", $"{settings.Architecture} is none of: {string.Join(", ", Architecture.All.Select(architecture => architecture.Name))}.");
        }

        if (settings.MissingTabular is not null && manifest.Tabular.Count == 0)
        {
            throw Invalid(
                "The dataset has no tabular features",
                $"{settings.Architecture} reads them beside the spectrogram, and {manifest.Name} version {manifest.Version} has none. "
                + "Import with a profile that has them, such as metal, or choose another architecture.");
        }

        if (!ModelName.IsValid(settings.Model))
        {
            throw Invalid("The model's name cannot be used", $"\"{settings.Model}\": {ModelName.Rule} Give it as model.");
        }

        Require("epochs", settings.Epochs, 1, 10_000);
        Require("batchSize", settings.BatchSize, 2, 4096);
        Require("learningRate", settings.LearningRate, 1e-9, 10);
        Require("weightDecay", settings.WeightDecay, 0, 1);
        Require("split.validationFraction", settings.Split.ValidationFraction, 0.01, 0.9);
        return settings;
    }

    private static async Task<DatasetManifest> ReadManifestAsync(
        DatasetStore datasets, string dataset, int? version, CancellationToken cancellationToken)
    {
        var found = DatasetName.IsValid(dataset) ? version ?? await datasets.FindLatestVersionAsync(dataset, cancellationToken) : null;
        var reader = found is null ? null : await datasets.FindAsync(dataset, found.Value, cancellationToken);
        return reader?.Manifest ?? throw new ProblemException(
            StatusCodes.Status404NotFound,
            "Unknown dataset",
            $"There is no dataset {dataset}{(version is null ? "" : $" version {version}")}. GET /api/datasets lists what was imported.");
    }

    private static void Require(string name, double value, double least, double most)
    {
        if (!(value >= least && value <= most))
        {
            throw Invalid($"{name} is out of range", FormattableString.Invariant($"{name} is {value}; it must lie between {least} and {most}."));
        }
    }

    private static ProblemException Invalid(string title, string detail) => new(StatusCodes.Status400BadRequest, title, detail);
}
