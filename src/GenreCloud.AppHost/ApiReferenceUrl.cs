namespace GenreCloud.AppHost;

/// <summary>The address by which a service stands in the Aspire dashboard.</summary>
internal static class ApiReferenceUrl
{
    /// <summary>Shows the service's interactive API reference instead of its bare root, where nothing is served.</summary>
    public static IResourceBuilder<ProjectResource> WithApiReference(this IResourceBuilder<ProjectResource> service) =>
        service.WithUrlForEndpoint("http", url =>
        {
            url.DisplayText = "API reference";
            url.Url = "/scalar";
        });
}
