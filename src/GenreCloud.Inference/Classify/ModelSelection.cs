using GenreCloud.Inference.Serving;
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
internal sealed class ModelSelection(ModelRegistry registry, ModelServer server, ProductionModels production)
{
    /// <exception cref="ProblemException">404 when there is no such model or alias; 400 when the request is ambiguous.</exception>
    public async Task<(string Model, int Version)> ResolveAsync(string? model, int? version, string? alias, CancellationToken cancellationToken)
    {
        if (version is not null && alias is not null)
        {
            throw new ProblemException(
                StatusCodes.Status400BadRequest, "Both version and alias are given", "Give one of them, or neither for the production version.");
        }

        model ??= await OnlyModelAsync(cancellationToken);
        return (model, version ?? await VersionAsync(model, alias ?? ModelAlias.Production, cancellationToken));
    }

    /// <summary>A share in the version, which is loaded first where it is not yet.</summary>
    /// <exception cref="ProblemException">404 when there is no such version; 503 when it does not pass its check.</exception>
    public async Task<ModelUse> UseAsync(string model, int version, CancellationToken cancellationToken)
    {
        try
        {
            return await server.UseAsync(model, version, cancellationToken);
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
