namespace GenreCloud.Testing.Otlp;

/// <summary>A span as it was exported; ids in lower-case hexadecimal, empty where there is none.</summary>
/// <param name="Service">The resource's service.name.</param>
/// <param name="Scope">The name of the ActivitySource.</param>
public sealed record ReceivedSpan(
    string Service,
    string Scope,
    string Name,
    ReceivedSpanKind Kind,
    string TraceId,
    string SpanId,
    string ParentSpanId,
    IReadOnlyDictionary<string, string> Attributes);

/// <summary>The kinds of OTLP, by their numbers there.</summary>
public enum ReceivedSpanKind
{
    Unspecified,
    Internal,
    Server,
    Client,
    Producer,
    Consumer,
}

/// <summary>A log record as it was exported.</summary>
/// <param name="Scope">The log category.</param>
/// <param name="Body">The formatted message.</param>
public sealed record ReceivedLog(
    string Service, string Scope, string Body, string TraceId, string SpanId, IReadOnlyDictionary<string, string> Attributes);

/// <summary>A metric of an export; its values are not kept.</summary>
/// <param name="Scope">The name of the Meter.</param>
public sealed record ReceivedMetric(string Service, string Scope, string Name, string Unit);
