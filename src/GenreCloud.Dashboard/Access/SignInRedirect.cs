using GenreCloud.Dashboard.Layout;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace GenreCloud.Dashboard.Access;

/// <summary>Who opens a page without a key is asked for one; every other request is answered as the services do.</summary>
internal sealed class SignInRedirect : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _asServicesDo = new();

    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (!authorizeResult.Challenged || !PageRequest.IsOne(context))
        {
            return _asServicesDo.HandleAsync(next, context, policy, authorizeResult);
        }

        var wanted = context.Request.Path + context.Request.QueryString;
        context.Response.Redirect($"{SignInPaths.SignIn}?returnUrl={Uri.EscapeDataString(wanted)}");
        return Task.CompletedTask;
    }
}
