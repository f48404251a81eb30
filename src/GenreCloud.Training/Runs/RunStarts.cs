using GenreCloud.Modeling;
using GenreCloud.Registry;
using GenreCloud.ServiceDefaults;

namespace GenreCloud.Training.Runs;

/// <summary>Finds the registered version that a run is asked to start from.</summary>
internal sealed class RunStarts(ModelRegistry registry)
{
    /// <summary>What <see cref="RunRequest.StartFrom"/> means.</summary>
    /// <param name="request">The run that is asked for.</param>
    /// <param name="labels">Of the dataset version that it is to be trained on.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The request with the version's architecture, unless it names one itself; and the version, or null when it names none.</returns>
    /// <exception cref="ProblemException">There is no such version, it has no weights, or they are of another architecture.</exception>
    public async Task<(RunRequest Request, ModelStart? Start)> ResolveAsync(
        RunRequest request, IReadOnlyList<string> labels, CancellationToken cancellationToken)
    {
        if (request.StartFrom is not { } from)
        {
            return (request, null);
        }

        var card = await FindAsync(from, cancellationToken);
        var (name, architecture) = ($"Model '{card.Model}' version {card.Version}", request.Architecture ?? card.Architecture);
        if (FamilyOf(card.Architecture) != FamilyOf(architecture))
        {
            throw Invalid(
                "The architectures differ",
                $"{name} is a {card.Architecture}, and its weights do not fit a {architecture}. Leave architecture out, or start from another model.");
        }

        var weights = card.Weights ?? throw Invalid(
            "The model cannot be started from", $"{name} was registered without its weights. Train it again, or start from another version.");
        var start = new ModelStart
        {
            Model = card.Model,
            Version = card.Version,
            WeightsSha256 = weights.Sha256,
            KeptLabels = [.. labels.Intersect(card.Labels, StringComparer.Ordinal)],
            NewLabels = [.. labels.Except(card.Labels, StringComparer.Ordinal)],
            DroppedLabels = [.. card.Labels.Except(labels, StringComparer.Ordinal)],
        };
        return (request with { Architecture = architecture }, start);
    }

    /// <summary>Its name where the catalogue does not have it: whoever asks for it hears that from the checks that follow.</summary>
    private static string FamilyOf(string architecture) => Architecture.All.FirstOrDefault(entry => entry.Name == architecture)?.Family ?? architecture;

    private async Task<ModelCard> FindAsync(StartFromRequest from, CancellationToken cancellationToken)
    {
        var model = from.Model ?? throw Invalid("startFrom.model is missing", "Name the model to start from; GET /api/models lists them.");
        try
        {
            var version = from.Version ?? await registry.ResolveAsync(model, ModelAlias.Production, cancellationToken);
            return await registry.GetCardAsync(model, version, cancellationToken);
        }
        catch (ModelNotFoundException exception)
        {
            throw new ProblemException(StatusCodes.Status404NotFound, "Unknown model to start from", exception.Message);
        }
        catch (UnusableModelException exception)
        {
            throw Invalid("The model cannot be started from", exception.Message);
        }
    }

    private static ProblemException Invalid(string title, string detail) => new(StatusCodes.Status400BadRequest, title, detail);
}
