using Microsoft.AspNetCore.Http;

namespace GenreCloud.ServiceDefaults;

/// <summary>Who makes a request, for what is written down of it.</summary>
public static class Caller
{
    /// <summary>Of someone who was not asked who they are.</summary>
    private const string Unknown = "api";

    /// <summary>The name of the caller's key or account.</summary>
    public static string NameOf(HttpContext context) => context.User.Identity is { IsAuthenticated: true, Name: { Length: > 0 } name } ? name : Unknown;
}
