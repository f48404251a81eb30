using GenreCloud.Inference.Monitoring;
using GenreCloud.Inference.Serving;
using GenreCloud.Inference.Traffic;
using GenreCloud.ModelRuntime;
using GenreCloud.Registry;
using GenreCloud.ServiceDefaults;
using GenreCloud.Storage;

namespace GenreCloud.Inference.Classify;

/// <summary>
/// Which model version a request means by <c>model</c>, <c>version</c> and <c>alias</c>. Names are resolved by what
/// <see cref="ProductionModels"/> knows, which costs no request to the storage; what it does not know, because it was
/// registered a moment ago or does not exist, is looked up in the registry. So a moved alias counts within a refresh.
/// </summary>
internal sealed class ModelSelection(
    ModelRegistry registry, ModelServer server, ProductionModels production, ShadowRuns shadows, AnswerMonitor monitor)
{
    /// <param name="stickiness">While a second version is tried with a part of the alias's requests, those with the same text here get the same version.</param>
    /// <exception cref="ProblemException">404 when there is no such model or alias; 400 when the request is ambiguous.</exception>
    public async Task<ModelTarget> ResolveAsync(
        string? model, int? version, string? alias, CancellationToken cancellationToken, string? stickiness = null)
    {
        if (version is not null && alias is not null)
        {
            throw new ProblemException(
                StatusCodes.Status400BadRequest, "Both version and alias are given", "Give one of them, or neither for the production version.");
        }

        model ??= await OnlyModelAsync(cancellationToken);
        if (version is { } number)
        {
            return new ModelTarget(model, number);
        }

        alias ??= ModelAlias.Production;
        return production.RouteOf(model, alias) is { } route
            ? new ModelTarget(model, route.Choose(stickiness), route)
            : new ModelTarget(model, await VersionAsync(model, alias, cancellationToken));
    }

    /// <summary>A share in the version, which is loaded first where it is not yet.</summary>
    /// <exception cref="ProblemException">404 when there is no such version; 503 when it does not pass its check.</exception>
    public async Task<ModelUse> UseAsync(ModelTarget target, CancellationToken cancellationToken)
    {
        var use = await UseUnobservedAsync(target, cancellationToken);
        if (monitor.Of(use.Card) is { } counts)
        {
            use.Answered += (pixels, tabular, answer, _) => counts.Add(pixels.Span, tabular.Span, answer);
        }

        if (target.Route is { } route)
        {
            use.Answered += (pixels, tabular, answer, run) => shadows.Observe(route, target.Version, pixels, tabular, answer, run);
        }

        return use;
    }

    /// <summary>The same for runs that answer nobody: they are not counted, and no other version gets a copy.</summary>
    /// <inheritdoc cref="UseAsync"/>
    public async Task<ModelUse> UseUnobservedAsync(ModelTarget target, CancellationToken cancellationToken)
    {
        try
        {
            return await server.UseAsync(target.Model, target.Version, cancellationToken);
        }
        catch (ModelNotFoundException exception)
        {
            throw Unknown(exception.Message);
        }
        catch (Exception exception) when (exception is ModelCheckException or UnusableModelException or InvalidDocumentException)
        {
            throw new ProblemException(
                StatusCodes.Status503ServiceUnavailable,
                "The model version is not served",
                $"{exception.Message} Ask for another version, or move the alias to one; GET /api/models lists them.");
        }
    }

    private async Task<int> VersionAsync(string model, string alias, CancellationToken cancellationToken)
    {
        if (production.Known.TryGetValue(model, out var known) && known.Aliases.TryGetValue(alias, out var version))
        {
            return version;
        }

        try
        {
            return await registry.ResolveAsync(model, alias, cancellationToken);
        }
        catch (ModelNotFoundException exception)
        {
            throw Unknown(exception.Message);
        }
    }

    private async Task<string> OnlyModelAsync(CancellationToken cancellationToken)
    {
        IEnumerable<string> names = production.Known.Keys;
        if (production.Known.Count == 0)
        {
            names = (await registry.ListModelsAsync(cancellationToken)).Select(model => model.Name);
        }

        return names.Order(StringComparer.Ordinal).ToArray() switch
        {
            [var only] => only,
            [] => throw new ProblemException(
                StatusCodes.Status404NotFound, "No model is registered yet", "Train one with POST /api/runs, then ask again."),
            var several => throw new ProblemException(
                StatusCodes.Status400BadRequest, "Which model?", $"Several are registered; add ?model= with one of: {string.Join(", ", several)}."),
        };
    }

    private static ProblemException Unknown(string detail) => new(StatusCodes.Status404NotFound, "Unknown model", detail);
}
