namespace GenreCloud.Inference.Webhooks;

/// <summary>What became of an event for a webhook; stored as <c>webhooks/{webhook}/deliveries/{event}.json</c>.</summary>
internal sealed record WebhookDelivery
{
    /// <summary>Of the event: what the receiver gets as <c>webhook-id</c>.</summary>
    public required string Id { get; init; }

    public required string Type { get; init; }

    public required string Model { get; init; }

    public DeliveryStatus Status { get; init; }

    /// <summary>First attempt first.</summary>
    public IReadOnlyList<DeliveryAttempt> Attempts { get; init; } = [];

    /// <summary>When it is tried again; null when it is not.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }
}

/// <summary>Where a delivery stands.</summary>
internal enum DeliveryStatus
{
    /// <summary>Not taken yet; it is tried again.</summary>
    Pending,

    Delivered,

    /// <summary>Given up.</summary>
    Failed,
}

/// <summary>One request to a receiver.</summary>
/// <param name="At">When it was sent.</param>
/// <param name="StatusCode">What the receiver answered; null when it did not.</param>
/// <param name="Error">Why it did not, without its address.</param>
/// <param name="DurationMs">How long that took.</param>
internal sealed record DeliveryAttempt(DateTimeOffset At, int? StatusCode, string? Error, double DurationMs);
