namespace GenreCloud.Storage;

/// <summary>What a queue message holds around the work itself.</summary>
internal sealed record WorkEnvelope<T>
{
    public const int CurrentSchemaVersion = 1;

    public required int SchemaVersion { get; init; }

    /// <summary>W3C trace context of the sender, so that one trace runs from the request to the worker.</summary>
    public string? Traceparent { get; init; }

    public string? Tracestate { get; init; }

    public required DateTimeOffset EnqueuedAt { get; init; }

    public required T Work { get; init; }
}
