using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace GenreCloud.ServiceDefaults;

/// <summary>
/// Where nobody is asked who they are because only this machine reaches the service: keeps out the pages of other sites that a browser of this machine shows. A
/// site may let its own name lead to 127.0.0.1 (DNS rebinding), and then its page reads our answers as its own; and any page may send a form here. Both a browser
/// tells: <c>Host</c> is the name that it was given, and <c>Origin</c> that of the page.
/// </summary>
internal static class HostCheck
{
    public static void UseHostCheck(this WebApplication app) => app.Use((context, next) =>
    {
        var access = context.RequestServices.GetRequiredService<IOptions<AccessOptions>>().Value;
        if (access.RequireAuthentication || access.AllowAnonymousOnNetwork)
        {
            return next(context);
        }

        var request = context.Request;

        // A program that speaks HTTP/1.0 may name none, a browser never does.
        if (request.Host.HasValue && !IsOwn(request.Host.Host, access))
        {
            throw Refused(StatusCodes.Status421MisdirectedRequest, "This host is not served here", $"The request is for the host \"{request.Host}\".");
        }

        return OriginOf(request) is { } origin && !IsOwn(HostOf(origin), access)
            ? throw Refused(StatusCodes.Status403Forbidden, "Pages of other sites may not call this service", $"The request comes from a page of \"{origin}\".")
            : next(context);
    });

    private static bool IsOwn(string host, AccessOptions access) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)

        // Such names always are this machine (RFC 6761); Aspire gives them.
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address))
        || access.AllowedHosts?.Split(';', StringSplitOptions.TrimEntries).Contains(host, StringComparer.OrdinalIgnoreCase) == true;

    private static string? OriginOf(HttpRequest request) => request.Headers.Origin is { Count: > 0 } origin ? origin.ToString() : null;

    /// <summary>What has no host, as "null" of a page without an origin, is not this machine either.</summary>
    private static string HostOf(string origin) => Uri.TryCreate(origin, UriKind.Absolute, out var address) && address.Host.Length > 0 ? address.Host : origin;

    private static ProblemException Refused(int status, string title, string what) => new(
        status,
        title,
        $"{what} A service that asks nobody who they are answers localhost and 127.0.0.1. If this is one of its names, add it to Access:AllowedHosts (environment: Access__AllowedHosts).");
}
