using Microsoft.AspNetCore.Http;

namespace GenreCloud.ServiceDefaults;

/// <summary>Who makes a request, for what is written down of it.</summary>
public static class Caller
{
    /// <summary>Of someone who was not asked who they are.</summary>
    private const string Unknown = "api";

    /// <summary>The name of the caller's key or account; of a program with a token of its own, the id of its app registration.</summary>
    public static string NameOf(HttpContext context)
    {
        var user = context.User;
        return user.Identity?.IsAuthenticated == true ? user.Identity.Name ?? user.FindFirst("azp")?.Value ?? user.FindFirst("appid")?.Value ?? Unknown : Unknown;
    }
}
