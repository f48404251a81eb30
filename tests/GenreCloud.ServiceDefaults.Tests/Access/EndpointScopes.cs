using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using GenreCloud.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace GenreCloud.ServiceDefaults.Tests.Access;

/// <summary>Asks every endpoint of a service, without a key and with one for clients.</summary>
internal static partial class EndpointScopes
{
    /// <summary>What needs no key. Whatever else is open was opened by mistake.</summary>
    private static readonly string[] Open = ["/health", "/alive", "/v2/health/", "/openapi/", "/scalar"];

    /// <summary>What a key for clients is good for.</summary>
    private static readonly string[] ForClients = ["POST /api/classify", "POST /api/spectrogram", "GET /api/models", "GET /api/serving", "/v2"];

    /// <summary>But not of these: whoever may ask a model need not have it.</summary>
    private const string ModelFile = "/model.onnx";

    public static async Task CheckAsync(StorageAccount account, Action<WebApplicationBuilder> add, Action<WebApplication> map)
    {
        await using var service = await ServiceHost.StartAsync(
            account,
            builder =>
            {
                builder.AddServiceDefaults();
                add(builder);
            },
            app =>
            {
                app.MapDefaultEndpoints();
                map(app);
            },
            ("Access:RequireAuthentication", "true"));
        using var keys = new ApiKeyStore(account.Blobs, TimeProvider.System);
        var (_, key) = await keys.CreateAsync("client", AccessScope.Classify, expiresAt: null, TestContext.Current.CancellationToken);
        var requests =
            from endpoint in service.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            let path = "/" + Parameter().Replace(endpoint.RoutePattern.RawText!, "1").TrimStart('/')
            where !Open.Any(open => path.StartsWith(open, StringComparison.Ordinal))
            from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]
            select (method, path);
        foreach (var (method, path) in requests.ToArray())
        {
            var isForClients = !path.EndsWith(ModelFile, StringComparison.Ordinal) && ForClients.Any(prefix => $"{method} {path}".StartsWith(prefix, StringComparison.Ordinal) || path.StartsWith(prefix, StringComparison.Ordinal));
            (await StatusAsync(service, method, path, key: null)).ShouldBe(401, $"{method} {path}");
            (await StatusAsync(service, method, path, key) == 403).ShouldBe(!isForClients, $"{method} {path}");
        }

        requests.Count().ShouldBeGreaterThan(10);
    }

    private static async Task<int> StatusAsync(ServiceHost service, string method, string path, string? key)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        using var response = await service.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return (int)response.StatusCode;
    }

    [GeneratedRegex(@"\{[^}]*\}", RegexOptions.CultureInvariant)]
    private static partial Regex Parameter();
}
