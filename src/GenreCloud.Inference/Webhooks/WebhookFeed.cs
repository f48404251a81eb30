using System.Diagnostics;
using GenreCloud.Registry;
using GenreCloud.Storage;

namespace GenreCloud.Inference.Webhooks;

/// <summary>
/// Looks for news in the models' histories and puts a message into the queue for each and every webhook; of several replicas, one at a time. The histories
/// are what nothing is lost from: a webhook's place in them moves on only after its messages are in the queue, so one who dies in between puts them there twice.
/// </summary>
internal sealed partial class WebhookFeed(
    ModelRegistry registry, WebhookStore webhooks, WorkQueue<WebhookMessage> queue, WebhookTuning tuning, TimeProvider time, ILogger<WebhookFeed> logger)
    : BackgroundService
{
    /// <summary>How long nobody else looks after this process vanishes: as short as a lease can be.</summary>
    private static readonly TimeSpan Ownership = TimeSpan.FromSeconds(15);

    /// <summary>What a delivery's log is kept for; long after it was given up.</summary>
    private static readonly TimeSpan LogRetention = TimeSpan.FromDays(30);

    private static readonly TimeSpan TidyInterval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // It belongs to no request's trace.
        Activity.Current = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await FeedWhileOwnedAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Whatever it is, the next look may do better, and the service lives on.
                LogFailed(exception);
            }

            await Task.Delay(tuning.FeedInterval, time, stoppingToken);
        }
    }

    private async Task FeedWhileOwnedAsync(CancellationToken stoppingToken)
    {
        await using var lease = await BlobLease.TryAcquireAsync(webhooks.FeedLease, Ownership, time, stoppingToken);
        if (lease is null)
        {
            return;
        }

        using var owned = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lease.Lost);
        long? tidiedAt = null;
        while (!owned.IsCancellationRequested)
        {
            if (await webhooks.ListAsync(owned.Token) is { Count: > 0 } all)
            {
                await FeedAsync(all, owned.Token);
                if (tidiedAt is not { } last || time.GetElapsedTime(last) > TidyInterval)
                {
                    tidiedAt = time.GetTimestamp();
                    foreach (var webhook in all)
                    {
                        await webhooks.ForgetDeliveriesAsync(webhook.Id, time.GetUtcNow() - LogRetention, owned.Token);
                    }
                }
            }

            await Task.Delay(tuning.FeedInterval, time, owned.Token);
        }
    }

    private async Task FeedAsync(IReadOnlyList<Webhook> all, CancellationToken cancellationToken)
    {
        var lengths = await registry.GetHistoryLengthsAsync(cancellationToken);
        foreach (var webhook in all)
        {
            if (await webhooks.ReadCursorAsync(webhook.Id, cancellationToken) is not { } cursor)
            {
                // It was deleted a moment ago.
                continue;
            }

            var offsets = new SortedDictionary<string, long>(cursor.Value.Offsets.ToDictionary(), StringComparer.Ordinal);
            foreach (var model in lengths.Where(entry => entry.Value > offsets.GetValueOrDefault(entry.Key)).Select(entry => entry.Key).ToArray())
            {
                var news = await registry.ReadHistoryAsync(model, offsets.GetValueOrDefault(model), cancellationToken);
                foreach (var change in news.Records.Where(_ => webhook.Model is null || webhook.Model == model))
                {
                    var told = WebhookEvent.Of(model, change);
                    await queue.EnqueueAsync(new WebhookMessage(webhook.Id, told.Id, told, Attempt: 1), cancellationToken);
                }

                offsets[model] = news.NextOffset;
            }

            if (!offsets.SequenceEqual(cursor.Value.Offsets.OrderBy(entry => entry.Key, StringComparer.Ordinal)))
            {
                await webhooks.MoveCursorAsync(webhook.Id, new WebhookCursor(offsets), cursor.ETag, cancellationToken);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The webhooks could not be told of all changes yet; the next attempt is in a moment")]
    private partial void LogFailed(Exception exception);
}
