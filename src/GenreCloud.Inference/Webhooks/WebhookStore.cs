using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using GenreCloud.Storage;

namespace GenreCloud.Inference.Webhooks;

/// <summary>
/// The webhooks in container <c>webhooks</c>.
/// <code>
/// {id}/webhook.json             the webhook; written last
/// {id}/cursor.json              up to where it was told of each model's history
/// {id}/deliveries/{event}.json  what became of each event
/// </code>
/// </summary>
internal sealed class WebhookStore(BlobServiceClient blobs)
{
    private readonly BlobContainerClient _container = blobs.GetBlobContainerClient(StorageNames.Containers.Webhooks);

    /// <summary>The blob whose lease has which replica looks for news.</summary>
    public BlobClient FeedLease => _container.GetBlobClient("feed/lease");

    /// <param name="cursor">Up to where it is not told: bytes of history by model.</param>
    public async Task CreateAsync(Webhook webhook, IReadOnlyDictionary<string, long> cursor, CancellationToken cancellationToken)
    {
        await Cursor(webhook.Id).CreateJsonAsync(new WebhookCursor(cursor), cancellationToken);
        await Document(webhook.Id).CreateJsonAsync(webhook, cancellationToken);
    }

    public async Task<Webhook?> FindAsync(string id, CancellationToken cancellationToken) =>
        Guid.TryParseExact(id, "n", out _) ? (await Document(id).ReadJsonAsync<Webhook>(cancellationToken))?.Value : null;

    /// <summary>All webhooks, the oldest first.</summary>
    public async Task<IReadOnlyList<Webhook>> ListAsync(CancellationToken cancellationToken)
    {
        var webhooks = new List<Webhook>();
        await foreach (var item in _container.GetBlobsByHierarchyAsync(new GetBlobsByHierarchyOptions { Delimiter = "/" }, cancellationToken))
        {
            if (item.IsPrefix && await FindAsync(item.Prefix.TrimEnd('/'), cancellationToken) is { } webhook)
            {
                webhooks.Add(webhook);
            }
        }

        return [.. webhooks.OrderBy(webhook => webhook.CreatedAt)];
    }

    /// <summary>Deletes a webhook and all that is known of it; one that dies in between is none any more.</summary>
    /// <returns>Whether there was one.</returns>
    public async Task<bool> DeleteAsync(string id, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "n", out _) || !await Document(id).DeleteIfExistsAsync(cancellationToken: cancellationToken))
        {
            return false;
        }

        await foreach (var blob in _container.GetBlobsAsync(new GetBlobsOptions { Prefix = $"{id}/" }, cancellationToken))
        {
            await _container.GetBlobClient(blob.Name).DeleteIfExistsAsync(cancellationToken: cancellationToken);
        }

        return true;
    }

    public Task<Versioned<WebhookCursor>?> ReadCursorAsync(string id, CancellationToken cancellationToken) =>
        Cursor(id).ReadJsonAsync<WebhookCursor>(cancellationToken);

    /// <exception cref="BlobChangedException">Another replica has moved it.</exception>
    public Task MoveCursorAsync(string id, WebhookCursor cursor, ETag expected, CancellationToken cancellationToken) =>
        Cursor(id).ReplaceJsonAsync(cursor, expected, cancellationToken);

    public async Task<WebhookDelivery> UpdateDeliveryAsync(
        string id, string eventId, Func<WebhookDelivery?, WebhookDelivery> change, CancellationToken cancellationToken) =>
        (await Delivery(id, eventId).UpdateJsonAsync(change, cancellationToken)).Value;

    /// <summary>The newest deliveries of a webhook, the newest first.</summary>
    public async Task<IReadOnlyList<WebhookDelivery>> ListDeliveriesAsync(string id, int limit, CancellationToken cancellationToken)
    {
        // The names begin with a time, and are listed in their order.
        var names = new Queue<string>();
        await foreach (var blob in _container.GetBlobsAsync(new GetBlobsOptions { Prefix = $"{id}/deliveries/" }, cancellationToken))
        {
            names.Enqueue(blob.Name);
            if (names.Count > limit)
            {
                names.Dequeue();
            }
        }

        var deliveries = await Task.WhenAll(names.Reverse().Select(name => _container.GetBlobClient(name).ReadJsonAsync<WebhookDelivery>(cancellationToken)));
        return [.. deliveries.OfType<Versioned<WebhookDelivery>>().Select(delivery => delivery.Value)];
    }

    /// <summary>Forgets deliveries that were last tried before a point in time.</summary>
    public async Task ForgetDeliveriesAsync(string id, DateTimeOffset before, CancellationToken cancellationToken)
    {
        await foreach (var blob in _container.GetBlobsAsync(new GetBlobsOptions { Prefix = $"{id}/deliveries/" }, cancellationToken))
        {
            if (blob.Properties.LastModified < before)
            {
                await _container.GetBlobClient(blob.Name).DeleteIfExistsAsync(cancellationToken: cancellationToken);
            }
        }
    }

    private BlobClient Document(string id) => _container.GetBlobClient($"{id}/webhook.json");

    private BlobClient Cursor(string id) => _container.GetBlobClient($"{id}/cursor.json");

    private BlobClient Delivery(string id, string eventId) => _container.GetBlobClient($"{id}/deliveries/{eventId}.json");
}

/// <summary>Up to where a webhook was told of the histories.</summary>
/// <param name="Offsets">Bytes by model.</param>
internal sealed record WebhookCursor(IReadOnlyDictionary<string, long> Offsets);
