using Microsoft.Extensions.Configuration;

namespace GenreCloud.AppHost;

/// <summary>Where the Aspire dashboard of this app host is, for links to its traces.</summary>
internal static class AspireDashboardUrl
{
    /// <summary>The app host is told by <c>ASPNETCORE_URLS</c> where to show it; null where it is not, as in tests.</summary>
    public static Uri? Of(IConfiguration configuration) =>
        configuration["ASPNETCORE_URLS"] is { Length: > 0 } urls && Uri.TryCreate(urls.Split(';')[0], UriKind.Absolute, out var address) ? address : null;
}
