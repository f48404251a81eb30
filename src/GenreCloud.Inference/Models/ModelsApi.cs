using System.ComponentModel;
using System.Net.Mime;
using System.Text;
using GenreCloud.Registry;
using GenreCloud.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace GenreCloud.Inference.Models;

/// <summary>What is in the model registry.</summary>
internal static class ModelsApi
{
    public static IEndpointRouteBuilder MapModels(this IEndpointRouteBuilder app)
    {
        var models = app.MapGroup("/api/models").WithTags("Models")
            .WithProblem<ModelNotFoundException>(StatusCodes.Status404NotFound, "Unknown model")
            .WithProblem<UnusableModelException>(StatusCodes.Status500InternalServerError, "The model version cannot be used");
        models.MapGet("/", ListAsync).AllowClassify().WithName("ListModels").WithSummary("List the registered models");
        models.MapGet("/{name}", GetAsync).AllowClassify()
            .WithName("GetModel").WithSummary("A model's versions and aliases").ProducesProblem(StatusCodes.Status404NotFound);
        models.MapGet("/{name}/versions/{version:int}", GetVersionAsync).AllowClassify()
            .WithName("GetModelVersion").WithSummary("The card of a model version").ProducesProblem(StatusCodes.Status404NotFound);
        models.MapGet("/{name}/versions/{version:int}/card", GetReadableCardAsync).AllowClassify()
            .WithName("GetReadableModelCard")
            .WithSummary("The card of a model version as Markdown")
            .Produces<string>(StatusCodes.Status200OK, MediaTypeNames.Text.Markdown)
            .ProducesProblem(StatusCodes.Status404NotFound);
        models.MapGet("/{name}/versions/{version:int}/graph", GetGraphAsync).AllowClassify()
            .WithName("GetModelGraph")
            .WithSummary("What a model version computes: the nodes of its ONNX graph with their shapes, without the weights")
            .ProducesProblem(StatusCodes.Status404NotFound);
        models.MapGet("/{name}/versions/{version:int}/model.onnx", DownloadAsync)
            .WithName("DownloadModel")
            .WithSummary("The ONNX file of a model version")
            .Produces<byte[]>(StatusCodes.Status200OK, MediaTypeNames.Application.Octet)
            .ProducesProblem(StatusCodes.Status404NotFound);
        models.MapDelete("/{name}/versions/{version:int}", DeleteVersionAsync)
            .WithName("DeleteModelVersion")
            .WithSummary("Delete a version for good, unless an alias stands for it or it is the last one")
            .WithDescription("Its number is not given again. With If-Match only if no alias of the model was moved since.")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed);
        models.MapAliases();
        models.MapGates();
        models.MapHistory();
        return app;
    }

    private static async Task<Ok<IReadOnlyList<ModelSummary>>> ListAsync(ModelRegistry registry, CancellationToken cancellationToken) =>
        TypedResults.Ok(await registry.ListModelsAsync(cancellationToken));

    private static async Task<Ok<ModelSummary>> GetAsync(
        ModelRegistry registry, string name, HttpResponse response, CancellationToken cancellationToken)
    {
        var summary = await registry.GetModelAsync(name, cancellationToken);
        AliasPreconditions.Write(response, summary.AliasesETag);
        return TypedResults.Ok(summary);
    }

    private static async Task<Ok<ModelCard>> GetVersionAsync(
        ModelRegistry registry, string name, int version, CancellationToken cancellationToken) =>
        TypedResults.Ok(await registry.GetCardAsync(name, version, cancellationToken));

    private static async Task<ContentHttpResult> GetReadableCardAsync(
        ModelRegistry registry, string name, int version, CancellationToken cancellationToken) =>
        TypedResults.Text(
            ModelCardMarkdown.Render(await registry.GetCardAsync(name, version, cancellationToken)), MediaTypeNames.Text.Markdown, Encoding.UTF8);

    private static async Task<Ok<ModelGraph>> GetGraphAsync(ModelRegistry registry, string name, int version, CancellationToken cancellationToken)
    {
        var card = await registry.GetCardAsync(name, version, cancellationToken);
        return TypedResults.Ok(OnnxGraphReader.Read(card, await registry.DownloadModelAsync(card, cancellationToken)));
    }

    private static async Task<FileContentHttpResult> DownloadAsync(ModelRegistry registry, string name, int version, CancellationToken cancellationToken)
    {
        var card = await registry.GetCardAsync(name, version, cancellationToken);
        return TypedResults.File(
            await registry.DownloadModelAsync(card, cancellationToken),
            MediaTypeNames.Application.Octet,
            FormattableString.Invariant($"{name}-{version}.onnx"),
            entityTag: new EntityTagHeaderValue($"\"{card.Sha256}\""));
    }

    private static async Task<NoContent> DeleteVersionAsync(
        ModelRegistry registry,
        string name,
        int version,
        [Description("A sentence for the history.")] string? why,
        HttpContext http,
        CancellationToken cancellationToken)
    {
        AliasesApi.RequireShort("why", why);
        try
        {
            await registry.DeleteVersionAsync(
                name, version, AliasPreconditions.ExpectedOf(http.Request), Caller.NameOf(http), why, cancellationToken);
            return TypedResults.NoContent();
        }
        catch (AliasesChangedException exception)
        {
            throw AliasesApi.Changed(exception, name);
        }
        catch (VersionInUseException exception)
        {
            throw new ProblemException(StatusCodes.Status409Conflict, "The version is in use", exception.Message, exception);
        }
    }
}
