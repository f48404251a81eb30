using Azure.Storage.Blobs;
using GenreCloud.Storage;

namespace GenreCloud.Inference.Webhooks;

/// <summary>
/// Takes events for webhooks from their queue. An attempt that fails is written down, and the next one put into the queue for later; only then is the message
/// gone. So a receiver may get an event more than once, each time with the same id, and misses none.
/// </summary>
internal sealed class WebhookWorker(
    WebhookStore webhooks, WebhookSender sender, WorkQueue<WebhookMessage> queue, WebhookTuning tuning, TimeProvider time, ILogger<WebhookWorker> logger)
    : JobWorker<WebhookMessage>(queue, time, logger)
{
    private const int Gone = StatusCodes.Status410Gone;

    private readonly WorkQueue<WebhookMessage> _queue = queue;
    private readonly TimeProvider _time = time;

    /// <summary>They mostly wait for others.</summary>
    protected override int Concurrency => 4;

    /// <summary>None: who gets an event twice knows it by its id.</summary>
    protected override BlobClient? LeaseBlob(WebhookMessage message) => null;

    protected override async Task<bool> WorkAsync(WebhookMessage message, CancellationToken cancellationToken)
    {
        if (await webhooks.FindAsync(message.WebhookId, cancellationToken) is not { } webhook)
        {
            throw new JobNotFoundException(message.WebhookId);
        }

        var delivery = await UpdateAsync(message, present => present, cancellationToken);
        if (delivery.Status == DeliveryStatus.Pending && delivery.Attempts.Count < message.Attempt)
        {
            var attempt = await sender.SendAsync(webhook, message.Event, cancellationToken);
            delivery = await UpdateAsync(message, present => After(present, attempt), cancellationToken);
        }

        if (delivery.Status == DeliveryStatus.Pending)
        {
            var wait = delivery.NextAttemptAt - _time.GetUtcNow() is { } until && until > TimeSpan.Zero ? until : TimeSpan.Zero;
            await _queue.EnqueueAsync(message with { Attempt = message.Attempt + 1 }, wait, cancellationToken);
        }

        return delivery.Status != DeliveryStatus.Failed;
    }

    protected override Task GiveUpAsync(WebhookMessage message, string reason, CancellationToken cancellationToken) =>
        FailAsync(webhooks, message, cancellationToken);

    /// <summary>Ends a delivery as failed, unless it has ended already or its webhook is no more.</summary>
    public static async Task FailAsync(WebhookStore webhooks, WebhookMessage message, CancellationToken cancellationToken)
    {
        if (await webhooks.FindAsync(message.WebhookId, cancellationToken) is null)
        {
            return;
        }

        await webhooks.UpdateDeliveryAsync(
            message.WebhookId,
            message.EventId,
            present => Of(message, present) is { Status: DeliveryStatus.Pending } pending
                ? pending with { Status = DeliveryStatus.Failed, NextAttemptAt = null }
                : present!,
            cancellationToken);
    }

    private static WebhookDelivery Of(WebhookMessage message, WebhookDelivery? present) =>
        present ?? new WebhookDelivery { Id = message.EventId, Type = message.Event.Type, Model = message.Event.Data.Model };

    private Task<WebhookDelivery> UpdateAsync(WebhookMessage message, Func<WebhookDelivery, WebhookDelivery> change, CancellationToken cancellationToken) =>
        webhooks.UpdateDeliveryAsync(message.WebhookId, message.EventId, present => change(Of(message, present)), cancellationToken);

    private WebhookDelivery After(WebhookDelivery delivery, DeliveryAttempt attempt)
    {
        if (delivery.Status != DeliveryStatus.Pending)
        {
            return delivery;
        }

        IReadOnlyList<DeliveryAttempt> attempts = [.. delivery.Attempts, attempt];
        var status = attempt.StatusCode is >= 200 and < 300 ? DeliveryStatus.Delivered
            : attempt.StatusCode == Gone || attempts.Count > tuning.RetryDelays.Count ? DeliveryStatus.Failed
            : DeliveryStatus.Pending;
        return delivery with
        {
            Status = status,
            Attempts = attempts,
            NextAttemptAt = status == DeliveryStatus.Pending ? _time.GetUtcNow() + tuning.RetryDelays[attempts.Count - 1] : null,
        };
    }
}
