using System.Net.Http.Headers;
using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace GenreCloud.AppHost.Tests;

/// <summary>The whole system as the app host runs it, all services healthy, on a folder of data.</summary>
internal sealed class RunningSystem : IAsyncDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    private readonly IDistributedApplicationTestingBuilder _builder;
    private readonly DistributedApplication _app;

    private RunningSystem(IDistributedApplicationTestingBuilder builder, DistributedApplication app)
    {
        _builder = builder;
        _app = app;
    }

    public static async Task<RunningSystem> StartAsync(string dataDirectory, CancellationToken cancellationToken)
    {
        var builder = await CreateBuilderAsync(dataDirectory, cancellationToken);

        // What the resources print is on their own console in the dashboard; here it would bury the tests' results.
        builder.Services.AddLogging(logging => logging.ClearProviders().AddFilter((_, level) => level >= LogLevel.Warning).AddConsole());
        var system = new RunningSystem(builder, await builder.BuildAsync(cancellationToken));
        try
        {
            await system._app.StartAsync(cancellationToken);
            foreach (var service in (string[])["dataset-import", "training", "inference", "dashboard"])
            {
                await system._app.ResourceNotifications.WaitForResourceHealthyAsync(service, WaitBehavior.StopOnResourceUnavailable, cancellationToken);
            }

            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    public static Task<IDistributedApplicationTestingBuilder> CreateBuilderAsync(string dataDirectory, CancellationToken cancellationToken) =>
        DistributedApplicationTestingBuilder.CreateAsync<Projects.GenreCloud_AppHost>(
            ["--Storage=process", $"--DataDirectory={dataDirectory}"], cancellationToken);

    /// <summary>Presses a button of the dashboard; returns what it shows.</summary>
    public Task<ExecuteCommandResult> ExecuteAsync(
        string service, string command, IReadOnlyList<InteractionInput> arguments, CancellationToken cancellationToken)
    {
        var resource = _app.Services.GetRequiredService<DistributedApplicationModel>().Resources.Single(resource => resource.Name == service);
        return _app.ResourceCommands.ExecuteCommandAsync(resource, command, new InteractionInputCollection(arguments), cancellationToken);
    }

    /// <summary>Presses a button that must work; returns the service's answer.</summary>
    public async Task<JsonElement> RequireAsync(
        string service, string command, IReadOnlyList<InteractionInput> arguments, CancellationToken cancellationToken)
    {
        var result = await ExecuteAsync(service, command, arguments, cancellationToken);
        result.Success.ShouldBeTrue(result.Message);
        return JsonElement.Parse(result.Data!.Value);
    }

    public async Task<JsonElement> GetAsync(string service, string path, CancellationToken cancellationToken)
    {
        using var client = _app.CreateHttpClient(service);
        return JsonElement.Parse(await client.GetStringAsync(new Uri(path, UriKind.Relative), cancellationToken));
    }

    /// <summary>Follows an import or a run to its end, which must be a good one.</summary>
    public async Task<JsonElement> WaitForJobAsync(string service, string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            var job = await GetAsync(service, path, cancellationToken);
            switch (job.GetProperty("status").GetString())
            {
                case "completed":
                    return job;
                case "failed":
                    throw new InvalidOperationException($"{path} failed: {job.GetProperty("error")}");
            }

            await Task.Delay(PollInterval, TimeProvider.System, cancellationToken);
        }
    }

    public async Task<JsonElement> ClassifyAsync(byte[] png, string query, CancellationToken cancellationToken)
    {
        using var client = _app.CreateHttpClient("inference");
        using var content = new ByteArrayContent(png);
        content.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        using var response = await client.PostAsync(new Uri($"/api/classify{query}", UriKind.Relative), content, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        response.IsSuccessStatusCode.ShouldBeTrue(text);
        return JsonElement.Parse(text);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        await _builder.DisposeAsync();
    }
}
