using System.Net.Http.Json;
using System.Text.Json;

namespace GenreCloud.EndToEnd.Tests;

/// <summary>A span as the Aspire dashboard's telemetry API gives it (OTLP as JSON).</summary>
/// <param name="Service">The resource's service.name.</param>
/// <param name="TraceId">32 hexadecimal digits.</param>
/// <param name="Id">16 hexadecimal digits.</param>
/// <param name="ParentId">16 hexadecimal digits; null for a trace's first span.</param>
internal sealed record TelemetrySpan(
    string Service, string TraceId, string Id, string? ParentId, string Name, IReadOnlyDictionary<string, string> Attributes)
{
    /// <summary>Every span that a dashboard has.</summary>
    public static async Task<IReadOnlyList<TelemetrySpan>> ReadAsync(Uri dashboard, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        return Read(await http.GetFromJsonAsync<JsonElement>(new Uri(dashboard, "api/telemetry/traces?limit=1000"), cancellationToken));
    }

    private static TelemetrySpan[] Read(JsonElement answer) =>
    [
        .. from resource in answer.GetProperty("data").GetProperty("resourceSpans").EnumerateArray()
           let service = ReadAttributes(resource.GetProperty("resource"))["service.name"]
           from scope in resource.GetProperty("scopeSpans").EnumerateArray()
           from span in scope.GetProperty("spans").EnumerateArray()
           select new TelemetrySpan(
               service,
               span.GetProperty("traceId").GetString()!,
               span.GetProperty("spanId").GetString()!,
               span.TryGetProperty("parentSpanId", out var parent) && parent.GetString() is { Length: > 0 } id ? id : null,
               span.GetProperty("name").GetString()!,
               ReadAttributes(span)),
    ];

    private static Dictionary<string, string> ReadAttributes(JsonElement owner) =>
        owner.TryGetProperty("attributes", out var attributes)
            ? attributes.EnumerateArray().ToDictionary(
                attribute => attribute.GetProperty("key").GetString()!,
                attribute => attribute.GetProperty("value").EnumerateObject().First().Value.ToString())
            : [];
}
