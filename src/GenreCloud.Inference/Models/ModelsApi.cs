using System.Net.Mime;
using System.Text;
using Azure;
using GenreCloud.Registry;
using GenreCloud.ServiceDefaults;
using GenreCloud.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace GenreCloud.Inference.Models;

/// <summary>What is in the model registry, and which version its aliases stand for.</summary>
internal static class ModelsApi
{
    /// <summary>Who moved an alias, for the history: this API does not know its callers.</summary>
    private const string Who = "api";

    private const int MaxWhyLength = 500;

    public static IEndpointRouteBuilder MapModels(this IEndpointRouteBuilder app)
    {
        var models = app.MapGroup("/api/models").WithTags("Models")
            .WithProblem<ModelNotFoundException>(StatusCodes.Status404NotFound, "Unknown model")
            .WithProblem<UnusableModelException>(StatusCodes.Status500InternalServerError, "The model version cannot be used")
            .WithProblem<NoEarlierVersionException>(StatusCodes.Status409Conflict, "There is no earlier version");
        models.MapGet("/", ListAsync).WithName("ListModels").WithSummary("List the registered models");
        models.MapGet("/{name}", GetAsync)
            .WithName("GetModel").WithSummary("A model's versions and aliases").ProducesProblem(StatusCodes.Status404NotFound);
        models.MapGet("/{name}/versions/{version:int}", GetVersionAsync)
            .WithName("GetModelVersion").WithSummary("The card of a model version").ProducesProblem(StatusCodes.Status404NotFound);
        models.MapGet("/{name}/versions/{version:int}/card", GetReadableCardAsync)
            .WithName("GetReadableModelCard")
            .WithSummary("The card of a model version as Markdown")
            .Produces<string>(StatusCodes.Status200OK, MediaTypeNames.Text.Markdown)
            .ProducesProblem(StatusCodes.Status404NotFound);
        models.MapPut("/{name}/aliases/{alias}", SetAliasAsync)
            .WithName("SetModelAlias")
            .WithSummary("Make an alias stand for a version; with If-Match only if no alias of the model was moved since")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed);
        models.MapPost("/{name}/rollback", RollBackAsync)
            .WithName("RollBackModel")
            .WithSummary("Move an alias back to the version that it stood for before its last move")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        return app;
    }

    private static async Task<Ok<IReadOnlyList<ModelSummary>>> ListAsync(ModelRegistry registry, CancellationToken cancellationToken) =>
        TypedResults.Ok(await registry.ListModelsAsync(cancellationToken));

    private static async Task<Ok<ModelSummary>> GetAsync(
        ModelRegistry registry, string name, HttpResponse response, CancellationToken cancellationToken) =>
        Answer(await registry.GetModelAsync(name, cancellationToken), response);

    private static async Task<Ok<ModelCard>> GetVersionAsync(
        ModelRegistry registry, string name, int version, CancellationToken cancellationToken) =>
        TypedResults.Ok(await registry.GetCardAsync(name, version, cancellationToken));

    private static async Task<ContentHttpResult> GetReadableCardAsync(
        ModelRegistry registry, string name, int version, CancellationToken cancellationToken) =>
        TypedResults.Text(
            ModelCardMarkdown.Render(await registry.GetCardAsync(name, version, cancellationToken)), MediaTypeNames.Text.Markdown, Encoding.UTF8);

    private static async Task<Ok<ModelSummary>> SetAliasAsync(
        ModelRegistry registry, string name, string alias, AliasRequest request, HttpContext http, CancellationToken cancellationToken)
    {
        if (!ModelName.IsValid(alias))
        {
            throw Invalid("The alias cannot be used", $"\"{alias}\": {ModelName.Rule}");
        }

        RequireShort(request.Why);
        var expected = ExpectedOf(http.Request);
        var version = request switch
        {
            { Version: { } number, Alias: null } => number,
            { Version: null, Alias: { } other } => await registry.ResolveAsync(name, other, cancellationToken),
            _ => throw Invalid("The version is missing", "Give {\"version\": 3}, or {\"alias\": \"candidate\"} for the version that this alias stands for; not both."),
        };
        try
        {
            var aliases = await registry.SetAliasAsync(name, alias, version, expected, Who, request.Why, cancellationToken);
            return await AnswerAsync(registry, name, aliases, http.Response, cancellationToken);
        }
        catch (BlobChangedException exception)
        {
            throw new ProblemException(
                StatusCodes.Status412PreconditionFailed,
                "The aliases were changed meanwhile",
                $"An alias of {name} was moved since the ETag of If-Match was read. Look at GET /api/models/{name} and decide again.",
                exception);
        }
    }

    private static async Task<Ok<ModelSummary>> RollBackAsync(
        ModelRegistry registry, string name, RollbackRequest? request, HttpResponse response, CancellationToken cancellationToken)
    {
        RequireShort(request?.Why);
        var aliases = await registry.RollBackAsync(
            name, request?.Alias ?? ModelAlias.Production, Who, request?.Why ?? "rolled back", cancellationToken);
        return await AnswerAsync(registry, name, aliases, response, cancellationToken);
    }

    /// <summary>The aliases as this request left them, whatever another one does at the same time.</summary>
    private static async Task<Ok<ModelSummary>> AnswerAsync(
        ModelRegistry registry, string name, ModelAliases aliases, HttpResponse response, CancellationToken cancellationToken)
    {
        var summary = await registry.GetModelAsync(name, cancellationToken);
        return Answer(summary with { Aliases = aliases.Versions, AliasesETag = aliases.ETag }, response);
    }

    private static Ok<ModelSummary> Answer(ModelSummary summary, HttpResponse response)
    {
        if (summary.AliasesETag is { } etag)
        {
            response.Headers.ETag = etag.ToString("H");
        }

        return TypedResults.Ok(summary);
    }

    /// <returns>Null when the alias is to be moved whatever others did.</returns>
    internal static ETag? ExpectedOf(HttpRequest request)
    {
        if (request.Headers.IfMatch.Count == 0)
        {
            return null;
        }

        return EntityTagHeaderValue.TryParseStrictList(request.Headers.IfMatch, out var tags) && tags is [{ IsWeak: false } tag]
            ? tag == EntityTagHeaderValue.Any ? null : new ETag(tag.Tag.ToString())
            : throw Invalid(
                "If-Match cannot be read",
                $"\"{request.Headers.IfMatch}\" is not one ETag. Give the ETag that GET /api/models/{{name}} answers, with its quotation marks.");
    }

    private static void RequireShort(string? why)
    {
        if (why?.Length > MaxWhyLength)
        {
            throw Invalid("why is too long", $"It has {why.Length} characters; the history takes up to {MaxWhyLength}.");
        }
    }

    private static ProblemException Invalid(string title, string detail) => new(StatusCodes.Status400BadRequest, title, detail);
}
