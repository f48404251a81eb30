using Azure;
using GenreCloud.ServiceDefaults;
using Microsoft.Net.Http.Headers;

namespace GenreCloud.Inference.Models;

/// <summary>The headers by which a request is made only on a certain state (RFC 9110, section 13).</summary>
internal static class AliasPreconditions
{
    /// <summary>The one ETag of If-Match.</summary>
    /// <returns>Null when the change is to be made whatever others did.</returns>
    /// <exception cref="ProblemException">400: it is not one ETag.</exception>
    public static ETag? ExpectedOf(HttpRequest request)
    {
        if (request.Headers.IfMatch.Count == 0)
        {
            return null;
        }

        return EntityTagHeaderValue.TryParseStrictList(request.Headers.IfMatch, out var tags) && tags is [{ IsWeak: false } tag]
            ? tag == EntityTagHeaderValue.Any ? null : new ETag(tag.Tag.ToString())
            : throw Invalid(
                "If-Match cannot be read",
                $"\"{request.Headers.IfMatch}\" is not one ETag. Give the ETag that GET answers, with its quotation marks.");
    }

    /// <summary>Whether a change asks by <c>If-None-Match: *</c> that there is nothing yet.</summary>
    /// <exception cref="ProblemException">400: it says something else.</exception>
    public static bool MustBeNew(HttpRequest request) => request.Headers.IfNoneMatch.Count > 0
        && (request.Headers.IfNoneMatch == "*"
            ? true
            : throw Invalid("If-None-Match cannot be read", "With a change it can only be *: do it if there is nothing yet."));

    /// <summary>Writes the ETag of an answer, and tells whether the caller has what it stands for.</summary>
    public static bool IsKnown(HttpContext http, ETag? etag)
    {
        if (etag is not { } present)
        {
            return false;
        }

        Write(http.Response, present);
        var tag = new EntityTagHeaderValue(present.ToString("H"));
        return http.Request.GetTypedHeaders().IfNoneMatch.Any(known => known == EntityTagHeaderValue.Any || known.Compare(tag, useStrongComparison: false));
    }

    public static void Write(HttpResponse response, ETag? etag)
    {
        if (etag is { } present)
        {
            response.Headers.ETag = present.ToString("H");
        }
    }

    private static ProblemException Invalid(string title, string detail) => new(StatusCodes.Status400BadRequest, title, detail);
}
