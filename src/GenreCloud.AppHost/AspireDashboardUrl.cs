using Microsoft.Extensions.Configuration;

namespace GenreCloud.AppHost;

/// <summary>Where the Aspire dashboard of this app host is, for links to its traces.</summary>
internal static class AspireDashboardUrl
{
    /// <summary>
    /// The app host is told by <c>ASPNETCORE_URLS</c> where to show it; null where it is not, or shows it on a port of its own choice (<c>aspire run --isolated</c>, and tests).
    /// </summary>
    public static Uri? Of(IConfiguration configuration) =>
        !configuration.GetValue<bool>("DcpPublisher:RandomizePorts")
        && configuration["ASPNETCORE_URLS"] is { Length: > 0 } urls
        && Uri.TryCreate(urls.Split(';')[0], UriKind.Absolute, out var address)
            ? address
            : null;
}
