using System.Collections.Concurrent;
using System.Diagnostics;
using Azure.Storage.Blobs;
using GenreCloud.Registry;
using GenreCloud.Storage;

namespace GenreCloud.Inference.Monitoring;

/// <summary>
/// Watches whether model versions are asked and answer as they did where they were measured. Counts lie in container <c>monitor</c>,
/// <c>{model}/{version}.json</c>; every replica adds its own every <see cref="WriteInterval"/> and when it stops, so that one that is killed takes no more than so much with it.
/// </summary>
internal sealed partial class AnswerMonitor(BlobServiceClient blobs, TimeProvider time, ILogger<AnswerMonitor> logger) : BackgroundService
{
    /// <summary>Often enough for who watches a change of traffic, and two requests to the storage a minute.</summary>
    public static readonly TimeSpan WriteInterval = TimeSpan.FromSeconds(30);

    private readonly BlobContainerClient _container = blobs.GetBlobContainerClient(StorageNames.Containers.Monitor);
    private readonly ConcurrentDictionary<(string Model, int Version), VersionMonitor> _versions = new();
    private readonly string _writer = $"{Guid.NewGuid():n}";

    /// <returns>Null for a version whose card has no reference.</returns>
    public VersionMonitor? Of(ModelCard card) => card.Reference is not { } reference
        ? null
        : _versions.GetOrAdd(
            (card.Model, card.Version),
            _ => new VersionMonitor(card, reference, _container.GetBlobClient($"{card.Model}/{card.Version}.json"), _writer, time));

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAllAsync(cancellationToken);
    }

    public override void Dispose()
    {
        base.Dispose();
        foreach (var version in _versions.Values)
        {
            version.Dispose();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // It belongs to no request's trace.
        Activity.Current = null;
        using var timer = new PeriodicTimer(WriteInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await WriteAllAsync(stoppingToken);
        }
    }

    private async Task WriteAllAsync(CancellationToken cancellationToken)
    {
        foreach (var version in _versions.Values)
        {
            try
            {
                if (await version.WriteAsync(cancellationToken) is { } document)
                {
                    var report = MonitorReport.Of(version.Model, version.Version, version.Reference, document, time.GetUtcNow());
                    InferenceTelemetry.RecordDrift(version.Model, version.Version, report.LastDay!.Statistics);
                }
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                // The counts are kept, and written with the next ones.
                LogFailed(exception, version.Model, version.Version);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "What was counted of {Model} version {Version} could not be written yet; the next attempt is in a moment")]
    private partial void LogFailed(Exception exception, string model, int version);
}
