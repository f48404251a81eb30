using GenreCloud.Registry;
using GenreCloud.ServiceDefaults;

namespace GenreCloud.Inference.Classify;

/// <summary>Which model version a request means by <c>model</c>, <c>version</c> and <c>alias</c>.</summary>
internal static class ModelSelection
{
    /// <exception cref="ProblemException">404 when there is no such model, version or alias; 400 when the request is ambiguous.</exception>
    public static async Task<(string Model, int Version)> ResolveAsync(
        ModelRegistry registry, string? model, int? version, string? alias, CancellationToken cancellationToken)
    {
        if (version is not null && alias is not null)
        {
            throw new ProblemException(
                StatusCodes.Status400BadRequest, "Both version and alias are given", "Give one of them, or neither for the production version.");
        }

        model ??= await OnlyModelAsync(registry, cancellationToken);
        try
        {
            var card = await registry.ResolveAsync(model, version, alias, cancellationToken);
            return (card.Model, card.Version);
        }
        catch (ModelNotFoundException exception)
        {
            throw new ProblemException(
                StatusCodes.Status404NotFound, "Unknown model", $"{exception.Message}");
        }
    }

    private static async Task<string> OnlyModelAsync(ModelRegistry registry, CancellationToken cancellationToken)
    {
        var models = await registry.ListModelsAsync(cancellationToken);
        return models.Count switch
        {
            1 => models[0].Name,
            0 => throw new ProblemException(
                StatusCodes.Status404NotFound, "No model is registered yet", "Train one with POST /api/runs, then ask again."),
            _ => throw new ProblemException(
                StatusCodes.Status400BadRequest, "Which model?", $"Several are registered; add ?model= with one of: {string.Join(", ", models.Select(model => model.Name))}."),
        };
    }
}
