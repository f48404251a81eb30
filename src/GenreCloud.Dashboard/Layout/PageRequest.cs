namespace GenreCloud.Dashboard.Layout;

/// <summary>A browser that opens a page, which wants a page also where there is none.</summary>
internal static class PageRequest
{
    private static readonly PathString[] Apis = ["/api", "/v2", "/openapi", "/health", "/alive", "/_blazor"];

    public static bool IsOne(HttpContext http) =>
        HttpMethods.IsGet(http.Request.Method)
        && http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
        && !Array.Exists(Apis, api => http.Request.Path.StartsWithSegments(api));
}
