using GenreCloud.Storage;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace GenreCloud.Inference.Webhooks;

internal static class WebhooksHosting
{
    /// <summary>Adds the webhooks, the one who looks for news, and the worker that tells them.</summary>
    public static void AddWebhooks(this IHostApplicationBuilder builder)
    {
        builder.AddGenreCloudStorage(StorageNames.Containers.Webhooks);
        builder.AddSettings<WebhookOptions>("Webhooks");
        builder.AddWebhookClient();
        builder.Services.TryAddSingleton<WebhookTuning>();
        builder.Services.AddSingleton<WebhookStore>();
        builder.Services.AddSingleton<WebhookSender>();
        builder.AddWorkQueue<WebhookMessage>(
            StorageNames.Queues.Webhooks,
            (services, message, _, cancellationToken) =>
                WebhookWorker.FailAsync(services.GetRequiredService<WebhookStore>(), message, cancellationToken));
        builder.AddStorageWorker<WebhookFeed>();
        builder.AddStorageWorker<WebhookWorker>();
    }
}
