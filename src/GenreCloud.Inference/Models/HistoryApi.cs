using System.ComponentModel;
using GenreCloud.Registry;
using GenreCloud.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GenreCloud.Inference.Models;

/// <summary>What changed about a model, who did it and why.</summary>
internal static class HistoryApi
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 1000;

    public static RouteGroupBuilder MapHistory(this RouteGroupBuilder models)
    {
        models.MapGet("/{name}/history", GetAsync).AllowClassify()
            .WithName("GetModelHistory")
            .WithSummary("The changes of a model's aliases and versions, the newest first, page by page")
            .WithDescription("Each has a number that it keeps. The header Link with rel=\"next\" has the address of the page with those before.")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
        return models;
    }

    private static async Task<Ok<IReadOnlyList<NumberedChange>>> GetAsync(
        ModelRegistry registry,
        string name,
        HttpContext http,
        [Description("At most so many, 1 to 1000; 50 unless given.")] int? limit,
        [Description("Only changes with a lower number; all unless given.")] int? before,
        CancellationToken cancellationToken)
    {
        Require(nameof(limit), limit, MaxLimit);
        Require(nameof(before), before, int.MaxValue);
        var page = await registry.GetHistoryPageAsync(name, before, limit ?? DefaultLimit, cancellationToken);
        if (page.Next is { } next)
        {
            http.Response.Headers.Link = FormattableString.Invariant(
                $"<{http.Request.PathBase}{http.Request.Path}?limit={limit ?? DefaultLimit}&before={next}>; rel=\"next\"");
        }

        return TypedResults.Ok(page.Changes);
    }

    private static void Require(string name, int? value, int most)
    {
        if (value < 1 || value > most)
        {
            throw new ProblemException(
                StatusCodes.Status400BadRequest, $"{name} is out of range", FormattableString.Invariant($"{name} is {value}; it must lie between 1 and {most}."));
        }
    }
}
