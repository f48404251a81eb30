using System.Diagnostics;
using System.Text;
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
    /// <summary>There are this many attempts at an item; the next time it is poison.</summary>
    public const int MaxAttempts = 5;

    /// <summary>The largest message that a storage queue takes, in bytes of UTF-8.</summary>
    private const int MaxMessageBytes = 64 * 1024;

    /// <summary>So many characters fit into a message however they are escaped (\uXXXX at the worst), with room for the rest.</summary>
    private const int AlwaysFittingChars = 8 * 1024;

    /// <summary>Not the seven days that are the default: a job may wait for longer, and a poisoned one for its reader.</summary>
    private static readonly TimeSpan Forever = TimeSpan.FromSeconds(-1);

    /// <summary>Takes only what is complete: another program's JSON may have the names and not the values.</summary>
    private static readonly JsonSerializerOptions Strict = new(GenreCloudJson.Options)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    private readonly QueueClient _queue = queues.GetQueueClient(name);
    private readonly QueueClient _poison = queues.GetQueueClient(StorageNames.Queues.Poison(name));

    /// <summary>The queue's name.</summary>
    public string Name { get; } = name;

    /// <summary>Adds an item; it carries the trace of <see cref="Activity.Current"/>.</summary>
    /// <param name="work">At most 64 KiB as JSON.</param>
    public Task EnqueueAsync(T work, CancellationToken cancellationToken) => EnqueueAsync(work, TimeSpan.Zero, cancellationToken);

    /// <inheritdoc cref="EnqueueAsync(T, CancellationToken)"/>
    /// <param name="delay">How long it stays hidden; up to 7 days.</param>
    public Task EnqueueAsync(T work, TimeSpan delay, CancellationToken cancellationToken) =>
        SendAsync(work, Activity.Current?.Context ?? default, time.GetUtcNow(), earlierAttempts: null, delay, cancellationToken);

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
            if (fault is null && (envelope!.EarlierAttempts ?? 0) + message.DequeueCount > MaxAttempts)
            {
                fault = $"It was tried {MaxAttempts} times and its worker ended each time before it was done.";
            }

            if (fault is null)
            {
                return new WorkItem<T>(_queue, message, envelope!, visibility, receivedAt, time);
            }

            await onPoisoned(new PoisonedWork<T>(envelope?.Work, fault, message.DequeueCount, body), cancellationToken);
            await _poison.SendMessageAsync(PoisonBody(fault, message.DequeueCount, body), timeToLive: Forever, cancellationToken: cancellationToken);
            await _queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, cancellationToken);
            StorageTelemetry.CountPoisoned(Name);
        }
    }

    /// <summary>
    /// Puts a new message in the place of an item that its worker leaves without having failed: this delivery costs no attempt.
    /// It goes on with the item's trace, also where nobody in this process listens to traces.
    /// </summary>
    /// <param name="delay">How long the new message stays hidden; up to 7 days.</param>
    internal async Task HandBackAsync(WorkItem<T> item, TimeSpan delay, CancellationToken cancellationToken)
    {
        await SendAsync(
            item.Value, Activity.Current?.Context ?? item.Parent, item.EnqueuedAt, earlierAttempts: (int)item.Attempt - 1, delay, cancellationToken);
        await item.CompleteAsync(cancellationToken);
    }

    private Task SendAsync(
        T work, ActivityContext parent, DateTimeOffset enqueuedAt, int? earlierAttempts, TimeSpan delay, CancellationToken cancellationToken) => TracedWork.RunAsync(
        () => StorageTelemetry.StartSend(Name, parent),
        async span =>
        {
            var context = span?.Context ?? parent;
            var envelope = new WorkEnvelope<T>
            {
                SchemaVersion = WorkEnvelope<T>.CurrentSchemaVersion,
                Traceparent = Traceparent(context),
                Tracestate = context.TraceState,
                EnqueuedAt = enqueuedAt,
                EarlierAttempts = earlierAttempts,
                Work = work,
            };
            SendReceipt receipt = await _queue.SendMessageAsync(
                JsonSerializer.Serialize(envelope, GenreCloudJson.Options), visibilityTimeout: delay, timeToLive: Forever, cancellationToken);
            span?.SetMessageId(receipt.MessageId);
        });

    private string PoisonBody(string fault, long dequeueCount, string body)
    {
        var poison = new PoisonMessage(fault, dequeueCount, time.GetUtcNow(), body);
        var whole = JsonSerializer.Serialize(poison, GenreCloudJson.Options);
        return Encoding.UTF8.GetByteCount(whole) <= MaxMessageBytes
            ? whole
            : JsonSerializer.Serialize(poison with { Body = body[..Math.Min(body.Length, AlwaysFittingChars)], CutFrom = body.Length }, GenreCloudJson.Options);
    }

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

            var envelope = document.Deserialize<WorkEnvelope<T>>(Strict);
            return envelope?.Work is null ? (null, "It holds no work.") : (envelope, null);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return (null, $"It is not a {typeof(T).Name} message: {exception.Message}");
        }
    }
}
