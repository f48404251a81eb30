using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace GenreCloud.ServiceDefaults;

/// <summary>Takes API keys, as <c>Authorization: Bearer gck_...</c> or <c>X-Api-Key: gck_...</c>.</summary>
internal sealed class ApiKeyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, WrongKeys wrongKeys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "ApiKey";

    /// <summary>For the limit of requests.</summary>
    public const string KeyIdClaim = "genrecloud:key";

    private const string Header = "X-Api-Key";
    private const string Bearer = "Bearer ";

    private TimeSpan? _pause;

    /// <summary>The key that a request has; null when it has none.</summary>
    public static string? Given(HttpRequest request)
    {
        if (request.Headers.TryGetValue(Header, out var key))
        {
            return key.ToString();
        }

        var authorization = request.Headers.Authorization.ToString();
        return authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? authorization[Bearer.Length..].Trim() : null;
    }

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Given(Request) is not { } given)
        {
            return AuthenticateResult.NoResult();
        }

        var address = Context.Connection.RemoteIpAddress;
        _pause = wrongKeys.Pause(address);
        if (_pause is not null)
        {
            return AuthenticateResult.Fail("There were too many wrong keys from this address.");
        }

        // One that is no key at all is not asked after.
        if (ApiKeyText.TryParse(given, out var text)
            && await Context.RequestServices.GetRequiredService<ApiKeyStore>().FindAsync(text.Id, Context.RequestAborted) is { } key
            && key.IsSecret(text.Secret)
            && key.IsValidAt(TimeProvider.GetUtcNow()))
        {
            var identity = new ClaimsIdentity(
                [new(ClaimTypes.Name, key.Name), new(KeyIdClaim, key.Id), new(AccessPolicies.ScopeClaim, AccessPolicies.NameOf(key.Scope))], SchemeName);
            return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
        }

        wrongKeys.Count(address);
        return AuthenticateResult.Fail("The key is not valid.");
    }

    /// <summary>The details are written where all bare statuses get them.</summary>
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (_pause is { } wait)
        {
            Response.StatusCode = StatusCodes.Status429TooManyRequests;
            RetryAfter.Write(Response, wait);
            return Task.CompletedTask;
        }

        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = "Bearer";
        return Task.CompletedTask;
    }
}
