using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using GenreCloud.Dashboard.Upstream;

namespace GenreCloud.Dashboard.Tests;

/// <summary>A service of which only the answers matter: as JSON, by path.</summary>
internal sealed class StubService : HttpMessageHandler
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    private readonly Dictionary<string, Func<HttpContent>> _answers = [];

    public StubService() => Client = new HttpClient(this) { BaseAddress = new Uri("http://stub/") };

    /// <summary>Reaches it.</summary>
    public HttpClient Client { get; }

    /// <summary>Whether it does not answer, as which service.</summary>
    public Service? Down { get; set; }

    /// <summary>What was asked: "GET /api/runs".</summary>
    public List<string> Asked { get; } = [];

    /// <summary>Answers a path.</summary>
    public void Answer(string path, object value) => _answers[path] = () => JsonContent.Create(value, value.GetType(), options: Json);

    /// <summary>Answers a path with bytes as they come.</summary>
    public void Answer(string path, Func<HttpContent> content) => _answers[path] = content;

    /// <summary>What a service would have sent, of the members that a test is about.</summary>
    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Json)!;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.AbsolutePath;
        Asked.Add($"{request.Method} {path}");
        if (Down is { } service)
        {
            throw new ServiceUnreachableException(service, "refused");
        }

        return Task.FromResult(_answers.TryGetValue(path, out var content)
            ? new HttpResponseMessage(HttpStatusCode.OK) { Content = content(), Headers = { { "X-Total-Count", "1" } } }
            : new HttpResponseMessage(HttpStatusCode.NotFound)
            {
                Content = new StringContent("""{"status":404,"title":"It is not there","detail":null}""", System.Text.Encoding.UTF8, "application/problem+json"),
            });
    }
}
