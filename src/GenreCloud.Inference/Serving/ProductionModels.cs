using System.Collections.Frozen;
using System.Diagnostics;
using GenreCloud.Inference.Traffic;
using GenreCloud.Registry;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace GenreCloud.Inference.Serving;

/// <summary>
/// Reads the registry every <see cref="InferenceOptions.RefreshInterval"/> and follows its aliases: what an alias is moved to is loaded, checked and
/// warm before the first request gets it, and what it was moved from is unloaded once its last request is answered. A version that fails its
/// check never serves: the one before stays. Says as a health check how that goes: unhealthy until the registry was read, and while models are in production of
/// which none answers; degraded while one of several does not answer, or an earlier version does in its place.
/// </summary>
internal sealed partial class ProductionModels(
    ModelRegistry registry,
    TrafficRules rules,
    ModelServer server,
    IOptions<InferenceOptions> options,
    TimeProvider time,
    ILogger<ProductionModels> logger) : BackgroundService, IHealthCheck
{
    /// <summary>How many earlier versions a process that has just started tries in place of one that fails: after so many a person has to look.</summary>
    private const int MaxEarlierVersions = 5;

    private volatile FrozenDictionary<string, ModelSummary> _known = FrozenDictionary<string, ModelSummary>.Empty;
    private volatile FrozenDictionary<(string Model, string Alias), TrafficRoute> _routes = FrozenDictionary<(string, string), TrafficRoute>.Empty;
    private volatile State? _state;
    private HashSet<(string Model, int Version)> _retired = [];

    /// <summary>
    /// The registry's models, by name, as they were read last, with the version that answers for each alias. A version that replaces
    /// another one appears here when it is loaded, so that no request waits for what the next one would have found warm.
    /// </summary>
    public IReadOnlyDictionary<string, ModelSummary> Known => _known;

    /// <summary>How an alias's requests are divided; null while no second version is tried with them.</summary>
    public TrafficRoute? RouteOf(string model, string alias) => _routes.GetValueOrDefault((model, alias));

    /// <summary>Whether the service may be sent requests.</summary>
    public bool IsReady => _state is { Status: not HealthStatus.Unhealthy };

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

        var report = new Report();
        var followed = new List<ModelSummary>();
        var routes = new List<(string Alias, TrafficRoute Route)>();
        foreach (var model in models)
        {
            var answering = await FollowAsync(model, report, cancellationToken);
            followed.Add(answering);
            routes.AddRange(await RoutesOfAsync(answering, report, cancellationToken));
        }

        server.Prefer(new HashSet<(string, int)>([.. ProductionOf(followed), .. routes.Select(entry => (entry.Route.Model, entry.Route.Rule.Version))]));
        var before = VersionsInUse(_known.Values);
        _known = followed.ToFrozenDictionary(model => model.Name, StringComparer.Ordinal);
        _routes = routes.ToFrozenDictionary(entry => (entry.Route.Model, entry.Alias), entry => entry.Route);
        UnloadRetired(before, VersionsInUse([.. models, .. followed]));
        return report.State;
    }

    private static HashSet<(string Model, int Version)> ProductionOf(IEnumerable<ModelSummary> models) =>
    [
        .. from model in models
           where model.Aliases.ContainsKey(ModelAlias.Production)
           select (model.Name, model.Aliases[ModelAlias.Production]),
    ];

    /// <returns>The model with the versions that are to answer for its aliases.</returns>
    private async Task<ModelSummary> FollowAsync(ModelSummary model, Report report, CancellationToken cancellationToken)
    {
        var present = _known.GetValueOrDefault(model.Name)?.Aliases ?? FrozenDictionary<string, int>.Empty;
        var followed = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (alias, wanted) in model.Aliases)
        {
            int? serving = present.TryGetValue(alias, out var version) ? version : null;
            followed[alias] = alias == ModelAlias.Production || (serving is { } old && old != wanted && server.IsLoaded(model.Name, old))
                ? await FollowAsync(model.Name, alias, serving, wanted, report, cancellationToken)
                : wanted;
        }

        return model with { Aliases = followed };
    }

    /// <returns>The version that answers for the alias: the one that it stands for, or an earlier one where that does not pass its check.</returns>
    private async Task<int> FollowAsync(string model, string alias, int? serving, int wanted, Report report, CancellationToken cancellationToken)
    {
        // To warm more than can stay loaded would only make them push each other out; the others load on first use.
        if ((serving ?? wanted) == wanted && !server.HasRoomFor(model, wanted))
        {
            return wanted;
        }

        var failure = await TryLoadAsync(model, wanted, cancellationToken);
        if (failure is null)
        {
            if (alias == ModelAlias.Production)
            {
                report.IsAnyAnswering = true;
                report.Serving.Add($"{model} version {wanted}");
            }

            return wanted;
        }

        var earlier = serving is { } old && old != wanted ? [old] : alias == ModelAlias.Production ? await EarlierAsync(model, alias, cancellationToken) : [];
        foreach (var version in earlier.Where(version => version != wanted))
        {
            if (await TryLoadAsync(model, version, cancellationToken) is null)
            {
                report.IsAnyAnswering |= alias == ModelAlias.Production;
                report.Replaced.Add($"{model} version {wanted} is not served as {alias}, version {version} answers instead: {failure}");
                return version;
            }
        }

        if (alias == ModelAlias.Production)
        {
            report.Failed.Add($"{model} version {wanted} is not served: {failure}");
        }

        return wanted;
    }

    /// <returns>Why the version cannot answer; null when it can.</returns>
    private async Task<string?> TryLoadAsync(string model, int version, CancellationToken cancellationToken)
    {
        try
        {
            using var use = await server.UseAsync(model, version, cancellationToken);
            return null;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return exception.Message;
        }
    }

    /// <returns>The aliases with a second version that passes its check. A rule that cannot be followed changes nothing for those who ask.</returns>
    private async Task<IReadOnlyList<(string Alias, TrafficRoute Route)>> RoutesOfAsync(ModelSummary model, Report report, CancellationToken cancellationToken)
    {
        ModelTraffic traffic;
        try
        {
            traffic = await rules.GetAsync(model.Name, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            report.Replaced.Add($"The traffic rules of {model.Name} cannot be read, so every request is answered by the version of its alias: {exception.Message}");
            return [];
        }

        var routes = new List<(string, TrafficRoute)>();
        foreach (var (alias, rule) in traffic.Rules)
        {
            if (!model.Aliases.TryGetValue(alias, out var first) || first == rule.Version)
            {
                continue;
            }

            if (await TryLoadAsync(model.Name, rule.Version, cancellationToken) is { } failure)
            {
                report.Replaced.Add($"{model.Name} version {rule.Version} is not tried as {alias}, version {first} gets all requests: {failure}");
                continue;
            }

            var route = new TrafficRoute(model.Name, alias, first, rule, time.GetUtcNow());
            routes.Add((alias, RouteOf(model.Name, alias) is { } present && present.IsSame(route) ? present : route));
        }

        return routes;
    }

    /// <summary>What the alias stood for before: a process that has just started answers as those do that have run on.</summary>
    /// <returns>Versions, the last one first.</returns>
    private async Task<IReadOnlyList<int>> EarlierAsync(string model, string alias, CancellationToken cancellationToken)
    {
        try
        {
            var history = await registry.GetHistoryAsync(model, cancellationToken);
            return
            [
                .. history.Where(change => change.IsOfAlias && change.Alias == alias && change.From is not null).Reverse()
                    .Select(change => change.From!.Value).Distinct().Take(MaxEarlierVersions),
            ];
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return [];
        }
    }

    /// <summary>
    /// Unloads what no alias stands for any more, a refresh later: a request that was told this version a moment ago has it by then.
    /// </summary>
    private void UnloadRetired(HashSet<(string Model, int Version)> before, HashSet<(string Model, int Version)> now)
    {
        foreach (var (model, version) in _retired.Except(now))
        {
            server.Unload(model, version);
        }

        _retired = [.. before.Except(now)];
    }

    private HashSet<(string Model, int Version)> VersionsInUse(IEnumerable<ModelSummary> models) =>
    [
        .. models.SelectMany(model => model.Aliases.Values.Select(version => (model.Name, version))),
        .. _routes.Values.Select(route => (route.Model, route.Rule.Version)),
    ];

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

    /// <summary>What became of the aliases of a refresh.</summary>
    private sealed class Report
    {
        public List<string> Serving { get; } = [];

        /// <summary>An earlier version answers.</summary>
        public List<string> Replaced { get; } = [];

        /// <summary>Nothing answers.</summary>
        public List<string> Failed { get; } = [];

        /// <summary>Whether a model answers in production, be it by an earlier version.</summary>
        public bool IsAnyAnswering { get; set; }

        /// <summary>A replica in which one model of several fails stays: no other replica would do better, and the others' requests have nowhere else to go.</summary>
        public State State => this switch
        {
            { Failed.Count: > 0 } => new State(IsAnyAnswering ? HealthStatus.Degraded : HealthStatus.Unhealthy, string.Join(" ", [.. Failed, .. Replaced])),
            { Replaced.Count: > 0 } => new State(HealthStatus.Degraded, string.Join(" ", Replaced)),
            { Serving.Count: > 0 } => new State(HealthStatus.Healthy, $"Serving {string.Join(", ", Serving)}."),
            _ => new State(HealthStatus.Healthy, "No model is in production yet."),
        };
    }
}
