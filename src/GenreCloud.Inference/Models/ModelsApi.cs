using GenreCloud.Registry;
using GenreCloud.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GenreCloud.Inference.Models;

/// <summary>What is in the model registry.</summary>
internal static class ModelsApi
{
    public static IEndpointRouteBuilder MapModels(this IEndpointRouteBuilder app)
    {
        var models = app.MapGroup("/api/models").WithTags("Models");
        models.MapGet("/", ListAsync).WithName("ListModels").WithSummary("List the registered models");
        models.MapGet("/{name}", GetAsync)
            .WithName("GetModel").WithSummary("A model's versions and aliases").ProducesProblem(StatusCodes.Status404NotFound);
        models.MapGet("/{name}/versions/{version:int}", GetVersionAsync)
            .WithName("GetModelVersion").WithSummary("The card of a model version").ProducesProblem(StatusCodes.Status404NotFound);
        return app;
    }

    private static async Task<Ok<IReadOnlyList<ModelSummary>>> ListAsync(ModelRegistry registry, CancellationToken cancellationToken)
    {
        var summaries = new List<ModelSummary>();
        foreach (var name in await registry.ListModelsAsync(cancellationToken))
        {
            summaries.Add(await SummarizeAsync(registry, name, cancellationToken));
        }

        return TypedResults.Ok<IReadOnlyList<ModelSummary>>(summaries);
    }

    private static async Task<Ok<ModelSummary>> GetAsync(ModelRegistry registry, string name, CancellationToken cancellationToken)
    {
        var summary = await SummarizeAsync(registry, name, cancellationToken);
        return summary.Versions.Count > 0 ? TypedResults.Ok(summary) : throw Unknown($"There is no model {name}.");
    }

    private static async Task<Ok<ModelCard>> GetVersionAsync(
        ModelRegistry registry, string name, int version, CancellationToken cancellationToken)
    {
        try
        {
            return TypedResults.Ok(await registry.GetCardAsync(name, version, cancellationToken));
        }
        catch (ModelNotFoundException exception)
        {
            throw Unknown(exception.Message);
        }
    }

    private static async Task<ModelSummary> SummarizeAsync(ModelRegistry registry, string name, CancellationToken cancellationToken)
    {
        var aliases = await registry.GetAliasesAsync(name, cancellationToken);
        var versions = await registry.ListVersionsAsync(name, cancellationToken);
        return new ModelSummary(name, versions, aliases.Value);
    }

    private static ProblemException Unknown(string message) => new(
        StatusCodes.Status404NotFound, "Unknown model", $"{message} GET /api/models lists what is registered.");
}
