namespace GenreCloud.Storage;

/// <summary>What a queue message holds around the work itself.</summary>
internal sealed record WorkEnvelope<T>
{
    public const int CurrentSchemaVersion = 1;

    public required int SchemaVersion { get; init; }

    /// <summary>W3C trace context of the sender, so that one trace runs from the request to the worker.</summary>
    public string? Traceparent { get; init; }

    public string? Tracestate { get; init; }

    /// <summary>When the work was asked for.</summary>
    public required DateTimeOffset EnqueuedAt { get; init; }

    /// <summary>How many attempts earlier messages about this work have cost; null in the first message about it.</summary>
    public int? EarlierAttempts { get; init; }

    public required T Work { get; init; }
}
