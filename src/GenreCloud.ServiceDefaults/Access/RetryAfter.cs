using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace GenreCloud.ServiceDefaults;

/// <summary>The header Retry-After of an answer that says when to try again: 429, or another one with such a time.</summary>
public static class RetryAfter
{
    public static TimeSpan Of(RateLimitLease lease) => lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromSeconds(1);

    /// <summary>Whole seconds, and never "at once".</summary>
    public static void Write(HttpResponse response, TimeSpan wait) =>
        response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}
