using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace GenreCloud.Storage;

/// <summary>
/// Spans and instruments of queues and jobs. Span and attribute names <c>messaging.*</c> follow OpenTelemetry's semantic
/// conventions for messaging.
/// </summary>
internal static class StorageTelemetry
{
    private const string Name = "GenreCloud.Storage";
    private const string Attempt = "genrecloud.job.attempt";
    private const string Queue = "genrecloud.queue";
    private const string Outcome = "genrecloud.job.outcome";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    private static readonly Histogram<double> JobWaitDuration = Meter.CreateHistogram(
        "genrecloud.job.wait.duration",
        unit: "s",
        description: "From a job's request until a worker begins with it.",
        advice: Seconds(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14400));

    private static readonly Histogram<double> JobDuration = Meter.CreateHistogram(
        "genrecloud.job.duration",
        unit: "s",
        description: "A worker's attempt at a job.",
        advice: Seconds(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 1800, 3600, 7200, 14400, 28800));

    private static readonly Counter<long> JobPoisoned = Meter.CreateCounter<long>(
        "genrecloud.job.poisoned", unit: "{message}", description: "Messages that were moved to the poison queue.");

    public static void RecordWait(string queue, TimeSpan wait) =>
        JobWaitDuration.Record(wait.TotalSeconds, KeyValuePair.Create<string, object?>(Queue, queue));

    public static void RecordJob(string queue, string outcome, TimeSpan duration) =>
        JobDuration.Record(
            duration.TotalSeconds, KeyValuePair.Create<string, object?>(Queue, queue), KeyValuePair.Create<string, object?>(Outcome, outcome));

    public static void CountPoisoned(string queue) => JobPoisoned.Add(1, KeyValuePair.Create<string, object?>(Queue, queue));

    /// <summary>The span of adding a message.</summary>
    /// <param name="parent">Whose consequence the message is.</param>
    public static Activity? StartSend(string queue, ActivityContext parent) =>
        Source.StartActivity($"send {queue}", ActivityKind.Producer, parent, Messaging("send", queue));

    /// <summary>The span of an attempt at a job.</summary>
    /// <param name="parent">The sender's context, as the message carried it.</param>
    /// <param name="attempt">1 for the first.</param>
    public static Activity? StartProcess(string queue, ActivityContext parent, string messageId, long attempt) =>
        Source.StartActivity($"process {queue}", ActivityKind.Consumer, parent, Messaging("process", queue))
            ?.SetMessageId(messageId).SetTag(Attempt, attempt);

    public static Activity SetMessageId(this Activity span, string messageId) => span.SetTag("messaging.message.id", messageId);

    public static Activity SetOutcome(this Activity span, string outcome) => span.SetTag(Outcome, outcome);

    private static IEnumerable<KeyValuePair<string, object?>> Messaging(string operation, string queue) =>
    [
        new("messaging.system", "azure_queue_storage"),
        new("messaging.destination.name", queue),
        new("messaging.operation.name", operation),
        new("messaging.operation.type", operation),
    ];

    private static InstrumentAdvice<double> Seconds(params double[] boundaries) => new() { HistogramBucketBoundaries = boundaries };
}
