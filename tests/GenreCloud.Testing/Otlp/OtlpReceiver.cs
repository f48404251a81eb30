using System.Globalization;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace GenreCloud.Testing.Otlp;

/// <summary>Receives what a process exports by OTLP over HTTP, on a free port of 127.0.0.1, and keeps it.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Lock _gate = new();
    private readonly List<ReceivedSpan> _spans = [];
    private readonly List<ReceivedLog> _logs = [];
    private readonly List<ReceivedMetric> _metrics = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private OtlpReceiver(WebApplication app) => _app = app;

    /// <summary>
    /// What a process needs in its environment to export here, soon and often: its logs, traces and metrics every tenth of a second.
    /// </summary>
    public IReadOnlyList<(string Name, string Value)> Environment =>
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", _app.Urls.Single()),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("OTEL_BSP_SCHEDULE_DELAY", "100"),
        ("OTEL_BLRP_SCHEDULE_DELAY", "100"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "100"),
    ];

    public IReadOnlyList<ReceivedSpan> Spans => Copy(_spans);

    public IReadOnlyList<ReceivedLog> Logs => Copy(_logs);

    public IReadOnlyList<ReceivedMetric> Metrics => Copy(_metrics);

    public static async Task<OtlpReceiver> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new OtlpReceiver(app);
        app.Run(receiver.ReceiveAsync);
        await app.StartAsync(cancellationToken);
        return receiver;
    }

    /// <summary>Waits for a span, past ones included.</summary>
    public Task<ReceivedSpan> WaitForSpanAsync(Predicate<ReceivedSpan> isWanted, CancellationToken cancellationToken) =>
        WaitAsync(_spans, isWanted, cancellationToken);

    /// <summary>Waits for a log record, past ones included.</summary>
    public Task<ReceivedLog> WaitForLogAsync(Predicate<ReceivedLog> isWanted, CancellationToken cancellationToken) =>
        WaitAsync(_logs, isWanted, cancellationToken);

    /// <summary>Waits for a metric, past ones included.</summary>
    public Task<ReceivedMetric> WaitForMetricAsync(Predicate<ReceivedMetric> isWanted, CancellationToken cancellationToken) =>
        WaitAsync(_metrics, isWanted, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private List<T> Copy<T>(List<T> received)
    {
        lock (_gate)
        {
            return [.. received];
        }
    }

    private async Task<T> WaitAsync<T>(List<T> received, Predicate<T> isWanted, CancellationToken cancellationToken)
        where T : class
    {
        while (true)
        {
            Task more;
            lock (_gate)
            {
                if (received.Find(isWanted) is { } found)
                {
                    return found;
                }

                more = _more.Task;
            }

            await more.WaitAsync(cancellationToken);
        }
    }

    private async Task ReceiveAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var message = body.ToArray();
        TaskCompletionSource waiting;
        lock (_gate)
        {
            switch (context.Request.Path.Value)
            {
                case "/v1/traces":
                    _spans.AddRange(ReadSpans(TraceExport.Parser.ParseFrom(message)));
                    break;
                case "/v1/logs":
                    _logs.AddRange(ReadLogs(LogsExport.Parser.ParseFrom(message)));
                    break;
                case "/v1/metrics":
                    _metrics.AddRange(ReadMetrics(MetricsExport.Parser.ParseFrom(message)));
                    break;
                default:
                    context.Response.StatusCode = StatusCodes.Status404NotFound;
                    break;
            }

            (waiting, _more) = (_more, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        waiting.SetResult();
        context.Response.ContentType = "application/x-protobuf";
    }

    private static IEnumerable<ReceivedSpan> ReadSpans(TraceExport export) =>
        from resource in export.Resources
        from scope in resource.Scopes
        from span in scope.Spans
        select new ReceivedSpan(
            ServiceOf(resource.Resource), scope.Scope.Name, span.Name, (ReceivedSpanKind)span.Kind, Hex(span.TraceId), Hex(span.SpanId), Hex(span.ParentSpanId),
            Read(span.Attributes));

    private static IEnumerable<ReceivedLog> ReadLogs(LogsExport export) =>
        from resource in export.Resources
        from scope in resource.Scopes
        from record in scope.Records
        select new ReceivedLog(
            ServiceOf(resource.Resource), scope.Scope.Name, TextOf(record.Body), Hex(record.TraceId), Hex(record.SpanId), Read(record.Attributes));

    private static IEnumerable<ReceivedMetric> ReadMetrics(MetricsExport export) =>
        from resource in export.Resources
        from scope in resource.Scopes
        from metric in scope.Metrics
        select new ReceivedMetric(ServiceOf(resource.Resource), scope.Scope.Name, metric.Name, metric.Unit);

    private static string ServiceOf(Resource resource) => Read(resource.Attributes).GetValueOrDefault("service.name", "");

    private static Dictionary<string, string> Read(IEnumerable<KeyValue> attributes)
    {
        var read = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var attribute in attributes)
        {
            read[attribute.Key] = TextOf(attribute.Value);
        }

        return read;
    }

    private static string TextOf(AnyValue? value) => value?.ValueCase switch
    {
        AnyValue.ValueOneofCase.Text => value.Text,
        AnyValue.ValueOneofCase.Flag => value.Flag ? "true" : "false",
        AnyValue.ValueOneofCase.Integer => value.Integer.ToString(CultureInfo.InvariantCulture),
        AnyValue.ValueOneofCase.Number => value.Number.ToString(CultureInfo.InvariantCulture),
        _ => "",
    };

    private static string Hex(ByteString bytes) => Convert.ToHexStringLower(bytes.Span);
}
