using System.Diagnostics;
using GenreCloud.Registry;

namespace GenreCloud.Inference.Models;

/// <summary>Finishes what died half done in the registry: lines of the history, files of deleted versions. Several replicas may do it at once.</summary>
internal sealed partial class RegistryUpkeep(ModelRegistry registry, TimeProvider time, ILogger<RegistryUpkeep> logger) : BackgroundService
{
    /// <summary>Nobody waits for it: what is half done is not seen.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // It belongs to no request's trace.
        Activity.Current = null;
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                foreach (var model in await registry.ListModelsAsync(stoppingToken))
                {
                    await registry.FinishAsync(model.Name, stoppingToken);
                }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Whatever it is, the next time may do better, and the service lives on.
                LogFailed(exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(LogLevel.Warning, "What was left half done in the model registry could not be finished; the next attempt is in a minute")]
    private partial void LogFailed(Exception exception);
}
