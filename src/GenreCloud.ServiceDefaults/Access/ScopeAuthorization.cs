using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace GenreCloud.ServiceDefaults;

/// <summary>
/// Decides whether a caller has the scope that an endpoint takes. Where nobody is asked, it looks at each connection all the same: a service that was not told
/// to be open to the network answers its own machine only.
/// </summary>
internal sealed class ScopeAuthorization(IOptions<AccessOptions> options) : AuthorizationHandler<ScopeRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, ScopeRequirement requirement)
    {
        var isAllowed = options.Value.RequireAuthentication
            ? AccessPolicies.Has(context.User, requirement.Scope)
            : options.Value.AllowAnonymousOnNetwork || IsOwnMachine(context.Resource as HttpContext);
        if (isAllowed)
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }

    /// <summary>A connection without an address is one of a Unix socket.</summary>
    private static bool IsOwnMachine(HttpContext? http) =>
        http is not null && (http.Connection.LocalIpAddress is not { } address || IPAddress.IsLoopback(address));
}
