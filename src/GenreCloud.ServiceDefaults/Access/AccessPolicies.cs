using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;

namespace GenreCloud.ServiceDefaults;

/// <summary>Which scope an endpoint takes. One that says nothing takes <see cref="AccessScope.Manage"/>, so that none is open because it was forgotten.</summary>
public static class AccessPolicies
{
    internal const string ScopeClaim = "genrecloud:scope";

    /// <summary>Lets callers with the scope classify use the endpoints; those who may manage may, too.</summary>
    public static TBuilder AllowClassify<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder =>
        endpoints.RequireAuthorization(NameOf(AccessScope.Classify));

    internal static string NameOf(AccessScope scope) => scope.ToString().ToLowerInvariant();

    /// <summary>
    /// Whether someone may do that: by the scope of a key, by an app role (claim <c>roles</c>) or by a scope of the app registration (claim <c>scp</c>).
    /// </summary>
    internal static bool Has(ClaimsPrincipal caller, AccessScope scope)
    {
        var held = caller.FindAll(ScopeClaim).Concat(caller.FindAll("roles")).Select(claim => claim.Value)
            .Concat(caller.FindAll("scp").SelectMany(claim => claim.Value.Split(' ')));
        return held.Any(name => name == NameOf(AccessScope.Manage) || name == NameOf(scope));
    }
}

/// <summary>The caller has to have a scope, or to be someone who is not asked.</summary>
internal sealed record ScopeRequirement(AccessScope Scope) : IAuthorizationRequirement;
