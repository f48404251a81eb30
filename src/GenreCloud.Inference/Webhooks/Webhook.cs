namespace GenreCloud.Inference.Webhooks;

/// <summary>Who is told of changes in the model registry; stored as <c>webhooks/{id}/webhook.json</c>.</summary>
internal sealed record Webhook
{
    public required string Id { get; init; }

    /// <summary>Where to; it may hold a secret of the receiver.</summary>
    public required Uri Url { get; init; }

    /// <summary>What signs: as <see cref="WebhookSignature.NewSecret"/> makes it. It is needed in the clear, so the container is for this service alone.</summary>
    public required string Secret { get; init; }

    /// <summary>The model whose changes it is told of; null for all.</summary>
    public string? Model { get; init; }

    public string? Description { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Person or service.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>The webhook without its secrets.</summary>
    public WebhookSummary Summary => new()
    {
        Id = Id,
        Host = Url.GetLeftPart(UriPartial.Authority),
        Model = Model,
        Description = Description,
        CreatedAt = CreatedAt,
        CreatedBy = CreatedBy,
    };
}

/// <summary>What is shown of a webhook.</summary>
internal record WebhookSummary
{
    public required string Id { get; init; }

    /// <summary>Scheme, host and port of its address; path and query may be secrets.</summary>
    public required string Host { get; init; }

    public string? Model { get; init; }

    public string? Description { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }
}

/// <summary>What is answered to the one who registers a webhook, and never again.</summary>
internal sealed record NewWebhook : WebhookSummary
{
    /// <summary>The key of the signatures.</summary>
    public required string Secret { get; init; }
}
