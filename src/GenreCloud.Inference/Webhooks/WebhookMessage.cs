namespace GenreCloud.Inference.Webhooks;

/// <summary>A message of queue <c>webhooks</c>: send this event to this webhook.</summary>
/// <param name="Attempt">1 for the first.</param>
internal sealed record WebhookMessage(string WebhookId, string EventId, WebhookEvent Event, int Attempt);
