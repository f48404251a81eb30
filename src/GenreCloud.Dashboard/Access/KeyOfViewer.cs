using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;

namespace GenreCloud.Dashboard.Access;

/// <summary>Gives a page's viewer the key of the cookie, for the calls that the page makes.</summary>
internal sealed class KeyOfViewer(IHttpContextAccessor accessor) : IClaimsTransformation
{
    public Task<ClaimsPrincipal> TransformAsync(ClaimsPrincipal principal) => Task.FromResult(
        accessor.HttpContext?.Items[KeyFromCookie.Item] is string key && SignedInKey.Of(principal) is null ? SignedInKey.AddTo(principal, key) : principal);
}
