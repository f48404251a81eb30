using System.Net.Http.Json;
using System.Text.Json;

namespace GenreCloud.AppHost.Commands;

/// <summary>A button of the Aspire dashboard that sends a request with a JSON body to the API of its resource.</summary>
internal static class ApiCommand
{
    /// <param name="options">How the button looks, and what it asks before.</param>
    /// <param name="prepare">The path of the request, relative to the service, and its body.</param>
    /// <param name="describe">What the user reads when the service has agreed, from its answer.</param>
    public static IResourceBuilder<ProjectResource> WithApiCommand(
        this IResourceBuilder<ProjectResource> service,
        string name,
        string displayName,
        HttpCommandOptions options,
        Func<InteractionInputCollection, (string Path, object Body)> prepare,
        Func<JsonElement, string> describe)
    {
        options.PrepareRequest = context =>
        {
            var (path, body) = prepare(context.Arguments);
            context.Request.RequestUri = new Uri(context.Request.RequestUri!, path);
            context.Request.Content = JsonContent.Create(body);
            return Task.CompletedTask;
        };
        options.GetCommandResult = async context =>
        {
            var text = await context.Response.Content.ReadAsStringAsync(context.CancellationToken);
            return context.Response.IsSuccessStatusCode
                ? CommandResults.Success(describe(JsonElement.Parse(text)), text, CommandResultFormat.Json)
                : CommandResults.Failure(Explain(context.Response, text));
        };
        return service.WithHttpCommand("/", displayName, commandName: name, commandOptions: options);
    }

    private static string Explain(HttpResponseMessage response, string text)
    {
        var problem = response.Content.Headers.ContentType?.MediaType == "application/problem+json" ? JsonElement.Parse(text) : default;
        return problem.ValueKind == JsonValueKind.Object
            ? $"{Read(problem, "title")}. {Read(problem, "detail")}"
            : $"{response.RequestMessage!.RequestUri} answers {(int)response.StatusCode} {response.ReasonPhrase}.";
    }

    private static string? Read(JsonElement problem, string property) =>
        problem.TryGetProperty(property, out var value) ? value.GetString() : null;
}
