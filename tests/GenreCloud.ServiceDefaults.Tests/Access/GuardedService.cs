using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using GenreCloud.Storage;
using GenreCloud.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace GenreCloud.ServiceDefaults.Tests.Access;

/// <summary>A service that asks who calls, with one endpoint a scope, and the keys of its storage.</summary>
internal sealed class GuardedService : IAsyncDisposable
{
    private readonly ServiceHost _host;

    private GuardedService(ServiceHost host, StorageAccount account, TimeProvider time)
    {
        _host = host;
        OtherReplica = new ApiKeyStore(account.Blobs, time);
    }

    public HttpClient Client => _host.Client;

    /// <summary>Makes and revokes keys elsewhere.</summary>
    public ApiKeyStore OtherReplica { get; }

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public static async Task<GuardedService> StartAsync(StorageAccount account, TimeProvider? time = null, params (string Key, string Value)[] settings)
    {
        var host = await ServiceHost.StartAsync(
            account,
            builder =>
            {
                builder.Services.AddSingleton(time ?? TimeProvider.System);
                builder.AddServiceDefaults();
                builder.AddGenreCloudStorage(StorageNames.Containers.Access);
            },
            app =>
            {
                app.MapDefaultEndpoints();
                app.MapGet("/manage", (HttpContext context) => Caller.NameOf(context));
                app.MapGet("/classify", (HttpContext context) => Caller.NameOf(context)).AllowClassify();
                app.MapGet("/crash", string () => throw new InvalidOperationException("/etc/secrets/token"));
                app.MapApiKeys();
            },
            [("Access:RequireAuthentication", "true"), .. settings]);
        return new GuardedService(host, account, time ?? TimeProvider.System);
    }

    public async Task<string> CreateKeyAsync(AccessScope scope = AccessScope.Manage, DateTimeOffset? expiresAt = null) =>
        (await OtherReplica.CreateAsync("ann", scope, expiresAt, CancellationToken)).Text;

    public async Task<HttpResponseMessage> GetAsync(string path, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        return await Client.SendAsync(request, CancellationToken);
    }

    public async Task<int> StatusAsync(string path, string? key)
    {
        using var response = await GetAsync(path, key);
        return (int)response.StatusCode;
    }

    public static async Task<JsonElement> JsonAsync(HttpResponseMessage response) =>
        await response.Content.ReadFromJsonAsync<JsonElement>(CancellationToken);

    public async ValueTask DisposeAsync()
    {
        OtherReplica.Dispose();
        await _host.DisposeAsync();
    }
}
