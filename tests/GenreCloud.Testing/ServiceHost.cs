using System.Net.Http.Json;
using System.Text.Json;
using GenreCloud.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace GenreCloud.Testing;

/// <summary>A service in this process, on a free port of 127.0.0.1 and with a storage account of its own, spoken to over HTTP.</summary>
public sealed class ServiceHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ServiceHost(WebApplication app)
    {
        _app = app;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    /// <param name="account">The storage that the service works on.</param>
    /// <param name="add">Adds the service.</param>
    /// <param name="map">Maps its endpoints.</param>
    /// <param name="settings">Further configuration, by key.</param>
    public static async Task<ServiceHost> StartAsync(
        StorageAccount account, Action<WebApplicationBuilder> add, Action<WebApplication> map, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Configuration.AddInMemoryCollection(settings
            .Append(("ConnectionStrings:blobs", account.ConnectionString))
            .Append(("ConnectionStrings:queues", account.ConnectionString))
            .ToDictionary(setting => setting.Item1, setting => (string?)setting.Item2));
        add(builder);
        var app = builder.Build();
        map(app);
        await app.StartAsync();
        return new ServiceHost(app);
    }

    /// <summary>The JSON of a GET, whatever its status.</summary>
    public async Task<JsonElement> GetJsonAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await Client.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        return await response.Content.ReadFromJsonAsync<JsonElement>(GenreCloudJson.Options, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
