namespace GenreCloud.Inference.Webhooks;

/// <summary>Settings of the webhooks, read from the configuration section <c>Webhooks</c>.</summary>
public sealed class WebhookOptions
{
    /// <summary>
    /// Whether a webhook may be an address of this machine or of its network, and in plain http. Whoever may register webhooks can otherwise make this service
    /// ask what only it can reach.
    /// </summary>
    public bool AllowPrivateAddresses { get; set; }
}
