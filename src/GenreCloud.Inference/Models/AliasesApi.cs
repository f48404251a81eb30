using System.ComponentModel;
using System.Text.Json;
using GenreCloud.Registry;
using GenreCloud.ServiceDefaults;
using GenreCloud.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GenreCloud.Inference.Models;

/// <summary>Which version a model's aliases stand for.</summary>
internal static class AliasesApi
{
    private const int MaxWhyLength = 500;

    /// <summary>
    /// As the history has it. A change stands in the metadata of aliases.json, 8 KiB as base64, with a text and the reason of an override, who did it, what the
    /// gate said, and the rules of traffic.
    /// </summary>
    private const int MaxWhyBytes = 1200;

    public static RouteGroupBuilder MapAliases(this RouteGroupBuilder models)
    {
        models.WithProblem<NoEarlierVersionException>(StatusCodes.Status409Conflict, "There is no earlier version");
        models.MapGet("/{name}/aliases", GetAsync).AllowClassify()
            .WithName("GetModelAliases")
            .WithSummary("The version of each alias; with If-None-Match only if that has changed")
            .Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status404NotFound);
        models.MapPut("/{name}/aliases/{alias}", SetAsync)
            .WithName("SetModelAlias")
            .WithRequestExample(new AliasRequest { Alias = ModelAlias.Candidate, Why = "better on jazz" })
            .WithSummary("Make an alias stand for a version; with If-Match only if no alias of the model was moved since")
            .WithDescription("With If-None-Match: * only if there is no such alias yet. An alias that has a gate is moved only to a version that passes it, or with a reason to override it.")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed);
        models.MapDelete("/{name}/aliases/{alias}", RemoveAsync)
            .WithName("RemoveModelAlias")
            .WithSummary("Remove an alias; the version that it stood for stays")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed);
        models.MapPost("/{name}/rollback", RollBackAsync)
            .WithName("RollBackModel")
            .WithRequestExample(new RollbackRequest { Alias = ModelAlias.Production, Why = "worse on folk" })
            .WithSummary("Move an alias back to the version that it stood for before its last move; with If-Match only if no alias of the model was moved since")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed);
        return models;
    }

    /// <exception cref="ProblemException">400: it does not fit into the history.</exception>
    public static string? RequireShort(string name, string? why)
    {
        if (why is null)
        {
            return null;
        }

        var bytes = JsonEncodedText.Encode(why, GenreCloudJson.Options.Encoder).EncodedUtf8Bytes.Length;
        return why.Length > MaxWhyLength || bytes > MaxWhyBytes
            ? throw Invalid(
                $"{name} is too long",
                $"It has {why.Length} characters, which take {bytes} bytes; the history takes up to {MaxWhyLength} characters and {MaxWhyBytes} bytes.")
            : why;
    }

    /// <summary>Answers that the aliases are others, with what they are.</summary>
    public static ProblemException Changed(AliasesChangedException exception, string name) => new(
        StatusCodes.Status412PreconditionFailed,
        "The aliases are not what the request expects",
        $"{exception.Message} Look at GET /api/models/{name} and decide again.",
        exception)
    {
        Extensions = new Dictionary<string, object?> { ["aliases"] = exception.Present.Versions, ["etag"] = exception.Present.ETag?.ToString("H") },
    };

    private static async Task<Results<Ok<IReadOnlyDictionary<string, int>>, StatusCodeHttpResult>> GetAsync(
        ModelRegistry registry, string name, HttpContext http, CancellationToken cancellationToken)
    {
        var summary = await registry.GetModelAsync(name, cancellationToken);
        return AliasPreconditions.IsKnown(http, summary.AliasesETag)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(summary.Aliases);
    }

    private static async Task<Ok<ModelSummary>> SetAsync(
        ModelRegistry registry, string name, string alias, AliasRequest request, HttpContext http, CancellationToken cancellationToken)
    {
        if (!ModelName.IsValid(alias))
        {
            throw Invalid("The alias cannot be used", $"\"{alias}\": {ModelName.Rule}");
        }

        RequireShort("why", request.Why);
        RequireShort("override", request.Override);
        var expected = AliasPreconditions.ExpectedOf(http.Request);
        var version = request switch
        {
            { Version: { } number, Alias: null } => number,
            { Version: null, Alias: { } other } => await registry.ResolveAsync(name, other, cancellationToken),
            _ => throw Invalid("The version is missing", "Give {\"version\": 3}, or {\"alias\": \"candidate\"} for the version that this alias stands for; not both."),
        };
        var move = new AliasMove(alias, version, Caller.NameOf(http))
        {
            Why = request.Why,
            Expected = expected,
            MustBeNew = AliasPreconditions.MustBeNew(http.Request),
            OverrideReason = string.IsNullOrWhiteSpace(request.Override) ? null : request.Override,
        };
        try
        {
            return await AnswerAsync(registry, name, await registry.SetAliasAsync(name, move, cancellationToken), http.Response, cancellationToken);
        }
        catch (AliasesChangedException exception)
        {
            throw Changed(exception, name);
        }
        catch (GateRefusedException exception)
        {
            throw new ProblemException(StatusCodes.Status409Conflict, "The gate refuses", exception.Message, exception)
            {
                Extensions = new Dictionary<string, object?> { ["gate"] = exception.Verdict },
            };
        }
    }

    private static async Task<Ok<ModelSummary>> RemoveAsync(
        ModelRegistry registry,
        string name,
        string alias,
        [Description("A sentence for the history.")] string? why,
        HttpContext http,
        CancellationToken cancellationToken)
    {
        RequireShort("why", why);
        try
        {
            var aliases = await registry.RemoveAliasAsync(
                name, alias, AliasPreconditions.ExpectedOf(http.Request), Caller.NameOf(http), why, cancellationToken);
            return await AnswerAsync(registry, name, aliases, http.Response, cancellationToken);
        }
        catch (AliasesChangedException exception)
        {
            throw Changed(exception, name);
        }
    }

    private static async Task<Ok<ModelSummary>> RollBackAsync(
        ModelRegistry registry, string name, RollbackRequest? request, HttpContext http, CancellationToken cancellationToken)
    {
        RequireShort("why", request?.Why);
        var expected = AliasPreconditions.ExpectedOf(http.Request);
        try
        {
            var aliases = await registry.RollBackAsync(
                name, request?.Alias ?? ModelAlias.Production, expected, Caller.NameOf(http), request?.Why ?? "rolled back", cancellationToken);
            return await AnswerAsync(registry, name, aliases, http.Response, cancellationToken);
        }
        catch (AliasesChangedException exception)
        {
            throw Changed(exception, name);
        }
    }

    /// <summary>The aliases as this request left them, whatever another one does at the same time.</summary>
    private static async Task<Ok<ModelSummary>> AnswerAsync(
        ModelRegistry registry, string name, ModelAliases aliases, HttpResponse response, CancellationToken cancellationToken)
    {
        var summary = await registry.GetModelAsync(name, cancellationToken);
        AliasPreconditions.Write(response, aliases.ETag);
        return TypedResults.Ok(summary with { Aliases = aliases.Versions });
    }

    private static ProblemException Invalid(string title, string detail) => new(StatusCodes.Status400BadRequest, title, detail);
}
