namespace GenreCloud.Client.Webhooks;

/// <summary>Who is told of changes in the model registry.</summary>
/// <param name="Id">Of the webhook.</param>
/// <param name="Host">Scheme, host and port of its address; the rest may be secret.</param>
/// <param name="Model">The model whose changes it is told of; null for all.</param>
/// <param name="Description">For people.</param>
/// <param name="CreatedAt">When it was registered.</param>
/// <param name="CreatedBy">Person or service.</param>
/// <param name="Secret">The key of the signatures (Standard Webhooks 1.0); shown once, to who registers it, and null from then on.</param>
public sealed record Webhook(string Id, string Host, string? Model, string? Description, DateTimeOffset CreatedAt, string CreatedBy, string? Secret);

/// <summary>A webhook to be.</summary>
/// <param name="Url">The https address to tell.</param>
public sealed record WebhookRequest(Uri Url)
{
    /// <summary>The model whose changes to tell of; null for all.</summary>
    public string? Model { get; init; }

    /// <summary>Whose it is, for people.</summary>
    public string? Description { get; init; }
}

/// <summary>What became of an event for a webhook.</summary>
/// <param name="Id">Of the event: what the receiver gets as <c>webhook-id</c>.</param>
/// <param name="Type"><c>alias.moved</c>, <c>alias.removed</c> or <c>version.deleted</c>.</param>
/// <param name="Model">The model.</param>
/// <param name="Status">What became of it.</param>
/// <param name="Attempts">First attempt first.</param>
/// <param name="NextAttemptAt">When it is tried again; null when it is not.</param>
public sealed record WebhookDelivery(
    string Id, string Type, string Model, DeliveryStatus Status, IReadOnlyList<DeliveryAttempt> Attempts, DateTimeOffset? NextAttemptAt);

/// <summary>Where a delivery stands.</summary>
public enum DeliveryStatus
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
/// <param name="Error">Why it did not.</param>
/// <param name="DurationMs">How long that took, in milliseconds.</param>
public sealed record DeliveryAttempt(DateTimeOffset At, int? StatusCode, string? Error, double DurationMs);
