using System.ComponentModel;

namespace GenreCloud.Inference.Webhooks;

/// <summary>The body of <c>POST /api/webhooks</c>.</summary>
internal sealed record WebhookRequest
{
    [Description("The https address to tell.")]
    public Uri? Url { get; init; }

    [Description("The model whose changes to tell of; all unless given.")]
    public string? Model { get; init; }

    [Description("Whose it is, for people.")]
    public string? Description { get; init; }
}
