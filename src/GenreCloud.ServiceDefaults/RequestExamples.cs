using System.Text.Json;
using GenreCloud.Storage;
using Microsoft.AspNetCore.Builder;

namespace GenreCloud.ServiceDefaults;

/// <summary>Examples of bodies for the OpenAPI document.</summary>
public static class RequestExamples
{
    /// <summary>Shows a body that the endpoint takes.</summary>
    /// <param name="endpoint">Takes JSON.</param>
    /// <param name="example">The body.</param>
    public static RouteHandlerBuilder WithRequestExample<T>(this RouteHandlerBuilder endpoint, T example) =>
        endpoint.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            foreach (var content in operation.RequestBody!.Content!.Values)
            {
                content.Example = JsonSerializer.SerializeToNode(example, GenreCloudJson.Options);
            }

            return Task.CompletedTask;
        });
}
