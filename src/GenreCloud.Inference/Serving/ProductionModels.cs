using System.Collections.Frozen;
using System.Diagnostics;
using GenreCloud.Registry;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace GenreCloud.Inference.Serving;

/// <summary>
/// Reads the registry every <see cref="InferenceOptions.RefreshInterval"/>, keeps every model's production version loaded and
/// warm, and says as a health check whether it is: unhealthy until the registry was read and all of them answered their
/// golden spectrogram.
/// </summary>
internal sealed partial class ProductionModels(
    ModelRegistry registry,
    ModelServer server,
    IOptions<InferenceOptions> options,
    TimeProvider time,
    ILogger<ProductionModels> logger) : BackgroundService, IHealthCheck
{
    private volatile FrozenDictionary<string, ModelSummary> _known = FrozenDictionary<string, ModelSummary>.Empty;
    private volatile State? _state;

    /// <summary>
    /// The registry's models, by name, as they were read last. A production version appears here only after the attempt to
    /// load it, so that no request waits for what the next one would have found warm.
    /// </summary>
    public IReadOnlyDictionary<string, ModelSummary> Known => _known;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var state = _state ?? new State(HealthStatus.Unhealthy, "The model registry has not been read yet.");
        return Task.FromResult(new HealthCheckResult(state.Status, state.Description));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Reading the registry is no part of a trace in which the host may have been started.
        Activity.Current = null;
        using var timer = new PeriodicTimer(options.Value.RefreshInterval, time);
        do
        {
            Become(await RefreshAsync(stoppingToken));
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<State> RefreshAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<ModelSummary> models;
        try
        {
            models = await registry.ListModelsAsync(cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // What is loaded still answers: a replica that can serve must not be taken out because the storage pauses.
            return _known.Count > 0
                ? new State(HealthStatus.Degraded, $"Serving what the model registry held when it was last read. It cannot be read: {exception.Message}")
                : new State(HealthStatus.Unhealthy, $"The model registry cannot be read: {exception.Message}");
        }

        var serving = new List<string>();
        var failures = new List<string>();
        var production = models.Where(model => model.Aliases.ContainsKey(ModelAlias.Production));

        // To warm more than can stay loaded would only make them push each other out; the others load on first use.
        foreach (var model in production.Take(options.Value.MaxLoadedModels))
        {
            var version = model.Aliases[ModelAlias.Production];
            try
            {
                using var use = await server.UseAsync(model.Name, version, cancellationToken);
                serving.Add($"{model.Name} version {version}");
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                failures.Add($"{model.Name} version {version} is not served: {exception.Message}");
            }
        }

        _known = models.ToFrozenDictionary(model => model.Name, StringComparer.Ordinal);
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
