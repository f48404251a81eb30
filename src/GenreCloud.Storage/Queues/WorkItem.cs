using System.Diagnostics;
using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace GenreCloud.Storage;

/// <summary>
/// An item taken from a <see cref="WorkQueue{T}"/>, kept hidden from other workers until it is completed, abandoned or
/// disposed. Disposed without either, it comes back when its visibility runs out.
/// </summary>
public sealed class WorkItem<T> : IAsyncDisposable
    where T : class
{
    private readonly QueueClient _queue;
    private readonly TimeSpan _visibility;
    private readonly Renewal _renewal;
    private string _popReceipt;
    private bool _disposed;

    internal WorkItem(QueueClient queue, QueueMessage message, WorkEnvelope<T> envelope, TimeSpan visibility, long receivedAt, TimeProvider time)
    {
        _queue = queue;
        MessageId = message.MessageId;
        _popReceipt = message.PopReceipt;
        _visibility = visibility;
        Value = envelope.Work;
        DequeueCount = message.DequeueCount;
        Attempt = (envelope.EarlierAttempts ?? 0) + message.DequeueCount;
        IsFirstDelivery = envelope.EarlierAttempts is null && message.DequeueCount == 1;
        EnqueuedAt = envelope.EnqueuedAt;
        Parent = ActivityContext.TryParse(envelope.Traceparent, envelope.Tracestate, isRemote: true, out var parent) ? parent : default;
        _renewal = new Renewal(visibility, receivedAt, time, KeepInvisibleAsync);
    }

    public T Value { get; }

    /// <summary>The queue's own id of the message.</summary>
    public string MessageId { get; }

    /// <summary>How often this message was received; 1 for the first time.</summary>
    public long DequeueCount { get; }

    /// <summary>Which attempt at the work this is; 1 for the first. An earlier message about the same work counts.</summary>
    public long Attempt { get; }

    /// <summary>Whether no worker has had the work before.</summary>
    public bool IsFirstDelivery { get; }

    public DateTimeOffset EnqueuedAt { get; }

    /// <summary>The trace context of the one who enqueued it, or default: the parent of the activity that does the work.</summary>
    public ActivityContext Parent { get; }

    /// <summary>Cancelled when another worker may have the item.</summary>
    public CancellationToken Lost => _renewal.Lost;

    /// <summary>Removes the item: the work is done.</summary>
    /// <returns>False when the item was no longer ours.</returns>
    public async Task<bool> CompleteAsync(CancellationToken cancellationToken)
    {
        await _renewal.StopAsync();
        return await IfStillOursAsync(() => _queue.DeleteMessageAsync(MessageId, _popReceipt, cancellationToken));
    }

    /// <summary>Gives the item back, visible again after a delay of up to 7 days.</summary>
    /// <returns>False when the item was no longer ours.</returns>
    public async Task<bool> AbandonAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        await _renewal.StopAsync();
        return await IfStillOursAsync(() => _queue.UpdateMessageAsync(
            MessageId, _popReceipt, messageText: null, visibilityTimeout: delay, cancellationToken: cancellationToken));
    }

    /// <summary>Stops keeping the item hidden.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _renewal.DisposeAsync();
    }

    private static async Task<bool> IfStillOursAsync<TResponse>(Func<Task<TResponse>> change)
    {
        try
        {
            await change();
            return true;
        }
        catch (RequestFailedException exception) when (IsNoLongerOurs(exception))
        {
            return false;
        }
    }

    private static bool IsNoLongerOurs(RequestFailedException exception) =>
        exception.ErrorCode == QueueErrorCode.MessageNotFound || exception.ErrorCode == QueueErrorCode.PopReceiptMismatch;

    private Task<bool> KeepInvisibleAsync(CancellationToken cancellationToken) =>
        IfStillOursAsync(async () =>
        {
            // Every update gives the message a new receipt and voids the one before.
            UpdateReceipt receipt = await _queue.UpdateMessageAsync(
                MessageId, _popReceipt, messageText: null, visibilityTimeout: _visibility, cancellationToken: cancellationToken);
            _popReceipt = receipt.PopReceipt;
            return receipt;
        });
}
