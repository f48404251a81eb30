using GenreCloud.Registry;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace GenreCloud.Inference.Serving;

/// <summary>
/// Keeps every model's production version loaded and warm, and says as a health check whether it is: unhealthy until the
/// registry was read and all of them answered their golden spectrogram.
/// </summary>
public sealed partial class ProductionModels(
    ModelRegistry registry,
    ModelServer server,
    IOptions<InferenceOptions> options,
    TimeProvider time,
    ILogger<ProductionModels> logger) : BackgroundService, IHealthCheck
{
    private volatile State _state = new(HealthStatus.Unhealthy, "The model registry has not been read yet.");

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var state = _state;
        return Task.FromResult(new HealthCheckResult(state.Status, state.Description));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.RefreshInterval, time);
        do
        {
            Become(await RefreshAsync(stoppingToken));
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<State> RefreshAsync(CancellationToken cancellationToken)
    {
        var serving = new List<string>();
        var failures = new List<string>();
        try
        {
            foreach (var model in await registry.ListModelsAsync(cancellationToken))
            {
                if (!model.Aliases.TryGetValue(ModelAlias.Production, out var version))
                {
                    continue;
                }

                try
                {
                    using var use = await server.UseAsync(model.Name, version, cancellationToken);
                    serving.Add($"{model.Name} version {version}");
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    failures.Add($"{model.Name} version {version} is not served: {exception.Message}");
                }
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return new State(HealthStatus.Unhealthy, $"The model registry cannot be read: {exception.Message}");
        }

        return (failures.Count, serving.Count) switch
        {
            ( > 0, _) => new State(HealthStatus.Unhealthy, string.Join(" ", failures)),
            (0, 0) => new State(HealthStatus.Healthy, "No model is in production yet."),
            _ => new State(HealthStatus.Healthy, $"Serving {string.Join(", ", serving)}."),
        };
    }

    private void Become(State state)
    {
        if (state != _state)
        {
            LogState(state.Status == HealthStatus.Healthy ? LogLevel.Information : LogLevel.Error, state.Description);
        }

        _state = state;
    }

    [LoggerMessage("{Description}")]
    private partial void LogState(LogLevel level, string description);

    private sealed record State(HealthStatus Status, string Description);
}
