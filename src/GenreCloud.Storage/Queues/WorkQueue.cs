using System.Diagnostics;
using System.Text.Json;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace GenreCloud.Storage;

/// <summary>
/// Work items in a storage queue, delivered at least once: an item that its worker neither completes nor keeps hidden comes
/// back, and one that keeps coming back, or cannot be read, goes to the poison queue with a reason.
/// </summary>
/// <param name="queues">The account.</param>
/// <param name="name">The queue; its poison queue is <see cref="StorageNames.Queues.Poison"/>.</param>
/// <param name="time">Stamps messages and schedules renewals.</param>
/// <param name="onPoisoned">
/// Told of an item before it is moved, so that the job can say why it failed. It may be told twice of the same item.
/// </param>
public sealed class WorkQueue<T>(
    QueueServiceClient queues, string name, TimeProvider time, Func<PoisonedWork<T>, CancellationToken, Task> onPoisoned)
    where T : class
{
    /// <summary>An item is handed out this often; the next time it is poison.</summary>
    public const int MaxDequeueCount = 5;

    private readonly QueueClient _queue = queues.GetQueueClient(name);
    private readonly QueueClient _poison = queues.GetQueueClient(StorageNames.Queues.Poison(name));

    /// <summary>The queue's name.</summary>
    public string Name { get; } = name;

    /// <summary>Adds an item; it carries the trace of <see cref="Activity.Current"/>.</summary>
    /// <param name="work">At most 64 KiB as JSON.</param>
    public Task EnqueueAsync(T work, CancellationToken cancellationToken) =>
        SendAsync(work, Activity.Current?.Context ?? default, cancellationToken);

    /// <summary>Takes the next item, or returns null when there is none now.</summary>
    /// <param name="visibility">
    /// How long the item stays hidden from others after this process vanishes; while the item is held, this is renewed.
    /// </param>
    public async Task<WorkItem<T>?> ReceiveAsync(TimeSpan visibility, CancellationToken cancellationToken)
    {
        while (true)
        {
            var receivedAt = time.GetTimestamp();
            QueueMessage? message = await _queue.ReceiveMessageAsync(visibility, cancellationToken);
            if (message is null)
            {
                return null;
            }

            var body = message.Body.ToString();
            var (envelope, fault) = Parse(body);
            if (fault is null && message.DequeueCount > MaxDequeueCount)
            {
                fault = $"It was tried {MaxDequeueCount} times and its worker ended each time before it was done.";
            }

            if (fault is null)
            {
                return new WorkItem<T>(_queue, message, envelope!, visibility, receivedAt, time);
            }

            await onPoisoned(new PoisonedWork<T>(envelope?.Work, fault, message.DequeueCount, body), cancellationToken);
            var poison = new PoisonMessage(fault, message.DequeueCount, time.GetUtcNow(), body);
            await _poison.SendMessageAsync(JsonSerializer.Serialize(poison, GenreCloudJson.Options), cancellationToken);
            await _queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, cancellationToken);
            StorageTelemetry.CountPoisoned(Name);
        }
    }

    /// <summary>
    /// Adds an item's work once more, as a new item that has all its attempts. It goes on with the item's trace, also where
    /// nobody in this process listens to traces.
    /// </summary>
    internal Task EnqueueAgainAsync(WorkItem<T> item, CancellationToken cancellationToken) =>
        SendAsync(item.Value, Activity.Current?.Context ?? item.Parent, cancellationToken);

    private Task SendAsync(T work, ActivityContext parent, CancellationToken cancellationToken) => TracedWork.RunAsync(
        () => StorageTelemetry.StartSend(Name, parent),
        async span =>
        {
            var context = span?.Context ?? parent;
            var envelope = new WorkEnvelope<T>
            {
                SchemaVersion = WorkEnvelope<T>.CurrentSchemaVersion,
                Traceparent = Traceparent(context),
                Tracestate = context.TraceState,
                EnqueuedAt = time.GetUtcNow(),
                Work = work,
            };
            SendReceipt receipt = await _queue.SendMessageAsync(JsonSerializer.Serialize(envelope, GenreCloudJson.Options), cancellationToken);
            span?.SetMessageId(receipt.MessageId);
        });

    /// <summary>W3C Trace Context, section 3.2; null where there is no trace.</summary>
    private static string? Traceparent(ActivityContext context) =>
        context.TraceId == default ? null : $"00-{context.TraceId}-{context.SpanId}-{(int)context.TraceFlags:x2}";

    private static (WorkEnvelope<T>? Envelope, string? Fault) Parse(string body)
    {
        try
        {
            // The version first: a newer envelope may have a shape that this program cannot read at all.
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("schemaVersion", out var member)
                && member.TryGetInt32(out var schemaVersion)
                && schemaVersion > WorkEnvelope<T>.CurrentSchemaVersion)
            {
                return (null, $"It has schema version {schemaVersion}; this program reads up to {WorkEnvelope<T>.CurrentSchemaVersion}. Update the worker.");
            }

            var envelope = document.Deserialize<WorkEnvelope<T>>(GenreCloudJson.Options);
            return envelope?.Work is null ? (null, "It holds no work.") : (envelope, null);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return (null, $"It is not a {typeof(T).Name} message: {exception.Message}");
        }
    }
}
