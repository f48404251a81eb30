using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace GenreCloud.Dashboard.Access;

/// <summary>
/// The API key that someone signed in with. The browser keeps it in a cookie that no script reads, no other site can send, and only this dashboard can decrypt.
/// </summary>
internal sealed class SignedInKey(IDataProtectionProvider protection)
{
    public const string Cookie = "genrecloud-key";

    /// <summary>Where the services look for a key.</summary>
    public const string Header = "X-Api-Key";

    /// <summary>Of the one who looks at a page; a circuit has no request to look into.</summary>
    private const string Claim = "genrecloud:dashboard:key";

    private readonly IDataProtector _protector = protection.CreateProtector("GenreCloud.Dashboard.SignedInKey");

    /// <summary>The key of a page's viewer; null where nobody is asked who they are.</summary>
    public static string? Of(ClaimsPrincipal viewer) => viewer.FindFirst(Claim)?.Value;

    /// <summary>The viewer with the key.</summary>
    public static ClaimsPrincipal AddTo(ClaimsPrincipal viewer, string key)
    {
        var both = viewer.Clone();
        both.AddIdentity(new ClaimsIdentity([new Claim(Claim, key)]));
        return both;
    }

    /// <summary>The key of a request's cookie; null without one, or with one that this dashboard did not make.</summary>
    public string? Read(HttpRequest request)
    {
        if (request.Cookies[Cookie] is not { Length: > 0 } text)
        {
            return null;
        }

        try
        {
            return _protector.Unprotect(text);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Until the browser is closed.</summary>
    public void Write(HttpContext http, string key) => http.Response.Cookies.Append(Cookie, _protector.Protect(key), OptionsFor(http));

    public static void Delete(HttpContext http) => http.Response.Cookies.Delete(Cookie, OptionsFor(http));

    private static CookieOptions OptionsFor(HttpContext http) =>
        new() { HttpOnly = true, IsEssential = true, Path = "/", SameSite = SameSiteMode.Strict, Secure = http.Request.IsHttps };
}
