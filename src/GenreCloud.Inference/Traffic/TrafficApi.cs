using System.ComponentModel;
using GenreCloud.Inference.Models;
using GenreCloud.Inference.Serving;
using GenreCloud.Registry;
using GenreCloud.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GenreCloud.Inference.Traffic;

/// <summary>Trying a second version with a part of an alias's requests: the rule, and how both versions compare.</summary>
internal static class TrafficApi
{
    /// <summary>Requests with the same text are answered by the same version: a user, a session.</summary>
    public const string StickinessHeader = "Canary-Key";

    public static IEndpointRouteBuilder MapTraffic(this IEndpointRouteBuilder app)
    {
        var traffic = app.MapGroup("/api/models/{name}/aliases/{alias}/traffic").WithTags("Models")
            .WithProblem<ModelNotFoundException>(StatusCodes.Status404NotFound, "Unknown model")
            .WithProblem<TooManyRulesException>(StatusCodes.Status409Conflict, "The model has too many rules");
        traffic.MapGet("/", GetAsync).AllowClassify()
            .WithName("GetTraffic")
            .WithSummary("Which second version is tried with which part of an alias's requests, and how both compare on this replica")
            .ProducesProblem(StatusCodes.Status404NotFound);
        traffic.MapPut("/", SetAsync)
            .WithName("SetTraffic")
            .WithRequestExample(new TrafficRequest { Version = 4, CanaryShare = 0.05, ShadowShare = 0.5, Why = "does it hold in production?" })
            .WithSummary("Try a second version; with If-Match only if no rule and no alias of the model was changed since")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed);
        traffic.MapDelete("/", RemoveAsync)
            .WithName("RemoveTraffic")
            .WithSummary("Answer all requests by the alias's version again")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed);
        return app;
    }

    private static async Task<Ok<TrafficResponse>> GetAsync(
        TrafficRules rules, ModelRegistry registry, ProductionModels production, string name, string alias, HttpResponse response, CancellationToken cancellationToken)
    {
        await registry.ResolveAsync(name, alias, cancellationToken);
        return Answer(await rules.GetAsync(name, cancellationToken), production, name, alias, response);
    }

    private static Task<Ok<TrafficResponse>> SetAsync(
        TrafficRules rules, ProductionModels production, string name, string alias, TrafficRequest request, HttpContext http, CancellationToken cancellationToken)
    {
        foreach (var (member, share) in ((string, double)[])[("canaryShare", request.CanaryShare), ("shadowShare", request.ShadowShare)])
        {
            if (!(share is >= 0 and <= 1))
            {
                throw new ProblemException(
                    StatusCodes.Status400BadRequest, $"{member} is out of range", FormattableString.Invariant($"{member} is {share}; give a part of all requests, 0 to 1."));
            }
        }

        var rule = new TrafficRule(request.Version) { CanaryShare = request.CanaryShare, ShadowShare = request.ShadowShare };
        return ChangeAsync(rules, production, name, alias, rule, request.Why, http, cancellationToken);
    }

    private static Task<Ok<TrafficResponse>> RemoveAsync(
        TrafficRules rules,
        ProductionModels production,
        string name,
        string alias,
        [Description("A sentence for the history.")] string? why,
        HttpContext http,
        CancellationToken cancellationToken) =>
        ChangeAsync(rules, production, name, alias, rule: null, why, http, cancellationToken);

    private static async Task<Ok<TrafficResponse>> ChangeAsync(
        TrafficRules rules, ProductionModels production, string name, string alias, TrafficRule? rule, string? why, HttpContext http, CancellationToken cancellationToken)
    {
        AliasesApi.RequireShort("why", why);
        var expected = AliasPreconditions.ExpectedOf(http.Request);
        try
        {
            return Answer(await rules.SetAsync(name, alias, rule, expected, Caller.NameOf(http), why, cancellationToken), production, name, alias, http.Response);
        }
        catch (AliasesChangedException exception)
        {
            throw new ProblemException(
                StatusCodes.Status412PreconditionFailed,
                "The rules were changed meanwhile",
                $"A rule or an alias of {name} was changed since the ETag of If-Match was read. Look at GET {http.Request.Path} and decide again.",
                exception);
        }
    }

    private static Ok<TrafficResponse> Answer(ModelTraffic traffic, ProductionModels production, string name, string alias, HttpResponse response)
    {
        if (traffic.ETag is { } etag)
        {
            response.Headers.ETag = etag.ToString("H");
        }

        var rule = traffic.Rules.GetValueOrDefault(alias);
        var route = production.RouteOf(name, alias);
        return TypedResults.Ok(new TrafficResponse(rule, route is not null && route.Rule == rule ? route.Comparison.Report() : null));
    }
}

/// <summary>The body of <c>PUT /api/models/{name}/aliases/{alias}/traffic</c>.</summary>
internal sealed record TrafficRequest
{
    [Description("The second version.")]
    public required int Version { get; init; }

    [Description("The part of the requests that it answers, 0 to 1.")]
    public double CanaryShare { get; init; }

    [Description("The part of the requests of which the version that did not answer gets a copy, 0 to 1.")]
    public double ShadowShare { get; init; }

    [Description("A sentence for the history.")]
    public string? Why { get; init; }
}

/// <summary>An alias's rule and what came of it.</summary>
/// <param name="Rule">Null when every request is answered by the alias's version.</param>
/// <param name="Comparison">Of this replica; null while it does not follow the rule, because it has not read it yet, the second version is the alias's own, or fails its check (see /health).</param>
internal sealed record TrafficResponse(TrafficRule? Rule, TrafficReport? Comparison);
