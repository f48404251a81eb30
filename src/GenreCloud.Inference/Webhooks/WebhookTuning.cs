namespace GenreCloud.Inference.Webhooks;

/// <summary>What is the same for every installation; tests have smaller numbers.</summary>
internal sealed record WebhookTuning
{
    /// <summary>How often the histories are looked at for news.</summary>
    public TimeSpan FeedInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a receiver may take to answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The pause after each failed attempt: a day in all, as a receiver may be down for a night.</summary>
    public IReadOnlyList<TimeSpan> RetryDelays { get; init; } =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(2), TimeSpan.FromHours(6), TimeSpan.FromHours(15),
    ];
}
