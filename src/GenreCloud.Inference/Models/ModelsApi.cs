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

    private static async Task<Ok<IReadOnlyList<ModelSummary>>> ListAsync(ModelRegistry registry, CancellationToken cancellationToken) =>
        TypedResults.Ok(await registry.ListModelsAsync(cancellationToken));

    private static async Task<Ok<ModelSummary>> GetAsync(ModelRegistry registry, string name, CancellationToken cancellationToken)
    {
        try
        {
            return TypedResults.Ok(await registry.GetModelAsync(name, cancellationToken));
        }
        catch (ModelNotFoundException exception)
        {
            throw Unknown(exception);
        }
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
            throw Unknown(exception);
        }
    }

    private static ProblemException Unknown(ModelNotFoundException exception) =>
        new(StatusCodes.Status404NotFound, "Unknown model", exception.Message);
}
