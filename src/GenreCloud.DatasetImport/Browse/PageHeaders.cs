using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace GenreCloud.DatasetImport.Browse;

/// <summary>What the headers of a page say of the list that it is a part of.</summary>
internal static class PageHeaders
{
    /// <summary>How many there are on all pages.</summary>
    public const string Total = "X-Total-Count";

    /// <summary>Writes how many there are, and in <c>Link</c> where the next page is.</summary>
    public static void Write(HttpContext context, Page page, int total)
    {
        context.Response.Headers[Total] = total.ToString(CultureInfo.InvariantCulture);
        if (page.Next(total) is { } next)
        {
            context.Response.Headers.Link = $"<{AddressOf(context.Request, next)}>; rel=\"next\"";
        }
    }

    /// <summary>The request's own address with another offset.</summary>
    private static string AddressOf(HttpRequest request, int offset)
    {
        var query = request.Query.Where(parameter => !parameter.Key.Equals("offset", StringComparison.OrdinalIgnoreCase))
            .Append(KeyValuePair.Create("offset", new StringValues(offset.ToString(CultureInfo.InvariantCulture))));
        return QueryHelpers.AddQueryString(request.PathBase.Add(request.Path).ToUriComponent(), query);
    }
}
