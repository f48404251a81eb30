using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace GenreCloud.ServiceDefaults;

/// <summary>Make, list and revoke API keys.</summary>
public static class ApiKeysApi
{
    private const int MaxNameLength = 100;

    public static IEndpointRouteBuilder MapApiKeys(this IEndpointRouteBuilder app)
    {
        var keys = app.MapGroup("/api/keys").WithTags("Keys");
        keys.MapPost("/", CreateAsync)
            .WithName("CreateApiKey")
            .WithRequestExample(new ApiKeyRequest { Name = "ci", Scope = AccessScope.Classify, ExpiresAt = new DateTimeOffset(2027, 12, 31, 0, 0, 0, TimeSpan.Zero) })
            .WithSummary("Make an API key for all services")
            .WithDescription("The answer has the key itself, which is shown this once: what is stored is its hash.")
            .ProducesProblem(StatusCodes.Status400BadRequest);
        keys.MapGet("/", ListAsync).WithName("ListApiKeys").WithSummary("List the API keys, without their secrets");
        keys.MapDelete("/{id}", RevokeAsync)
            .WithName("RevokeApiKey")
            .WithSummary("Take a key no more, within a few seconds and without a restart")
            .ProducesProblem(StatusCodes.Status404NotFound);
        return app;
    }

    private static async Task<Created<NewApiKey>> CreateAsync(
        ApiKeyRequest request, ApiKeyStore keys, TimeProvider time, HttpResponse response, CancellationToken cancellationToken)
    {
        if (request.Name is not { Length: > 0 and <= MaxNameLength } name || name.Any(char.IsControl))
        {
            throw Invalid("name cannot be used", $"Give a name of 1 to {MaxNameLength} characters, whose key it is: histories show it.");
        }

        if (request.Scope is not { } scope)
        {
            throw Invalid("scope is missing", "Give classify, for who only asks models, or manage, for who may do everything.");
        }

        if (request.ExpiresAt <= time.GetUtcNow())
        {
            throw Invalid("expiresAt has passed", "Give a time that is still to come, or none for a key that does not expire.");
        }

        var (key, text) = await keys.CreateAsync(name, scope, request.ExpiresAt, cancellationToken);
        response.Headers.CacheControl = "no-store";
        return TypedResults.Created($"/api/keys/{key.Id}", new NewApiKey(key.Id, key.Name, key.Scope, key.CreatedAt, key.ExpiresAt, text));
    }

    private static async Task<Ok<ApiKeySummary[]>> ListAsync(ApiKeyStore keys, CancellationToken cancellationToken) => TypedResults.Ok(
        (await keys.ListAsync(cancellationToken)).Select(key => new ApiKeySummary(key.Id, key.Name, key.Scope, key.CreatedAt, key.ExpiresAt)).ToArray());

    private static async Task<NoContent> RevokeAsync(string id, ApiKeyStore keys, CancellationToken cancellationToken) =>
        await keys.RevokeAsync(id, cancellationToken)
            ? TypedResults.NoContent()
            : throw new ProblemException(StatusCodes.Status404NotFound, "Unknown key", "There is no key with this id. GET /api/keys lists them.");

    private static ProblemException Invalid(string title, string detail) => new(StatusCodes.Status400BadRequest, title, detail);
}

/// <summary>The body of <c>POST /api/keys</c>.</summary>
internal sealed record ApiKeyRequest
{
    [Description("Whose key it is; histories show it.")]
    public string? Name { get; init; }

    [Description("classify: ask models and read what models there are. manage: everything.")]
    public AccessScope? Scope { get; init; }

    [Description("From when on it is not taken any more; never unless given.")]
    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>What is shown of a key.</summary>
internal record ApiKeySummary(string Id, string Name, AccessScope Scope, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt);

/// <summary>What is shown of a key once.</summary>
/// <param name="Key">The key itself.</param>
internal sealed record NewApiKey(string Id, string Name, AccessScope Scope, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, string Key)
    : ApiKeySummary(Id, Name, Scope, CreatedAt, ExpiresAt);
