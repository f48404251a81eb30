using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace GenreCloud.ServiceDefaults;

/// <summary>Headers that keep browsers from making of an answer what it is not (OWASP REST Security Cheat Sheet).</summary>
internal static class SecurityHeaders
{
    /// <summary>Answers of the API are no pages: nothing in them is run, loaded or framed.</summary>
    private const string NoContent = "default-src 'none'; frame-ancestors 'none'";

    public static void UseSecurityHeaders(this WebApplication app) => app.Use((context, next) =>
    {
        // Once the answer begins: who handles an exception clears what was set before.
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            headers["Referrer-Policy"] = "no-referrer";
            if (!IsPage(context.Response))
            {
                headers.ContentSecurityPolicy = NoContent;
            }

            if (context.Request.IsHttps)
            {
                headers.StrictTransportSecurity = "max-age=31536000";
            }

            return Task.CompletedTask;
        });
        return next(context);
    });

    private static bool IsPage(HttpResponse response) => response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) == true
        || response.ContentType?.Contains("javascript", StringComparison.OrdinalIgnoreCase) == true;
}
