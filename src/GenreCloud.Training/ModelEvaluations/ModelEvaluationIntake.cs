using GenreCloud.Datasets;
using GenreCloud.Registry;
using GenreCloud.ServiceDefaults;
using GenreCloud.Storage;
using GenreCloud.Training.Runs;

namespace GenreCloud.Training.ModelEvaluations;

/// <summary>Checks what an evaluation is asked for, and takes it in: stored and queued.</summary>
internal sealed class ModelEvaluationIntake(
    ModelEvaluationStore evaluations, WorkQueue<ModelEvaluationMessage> queue, ModelRegistry registry, DatasetStore datasets, TimeProvider time)
{
    /// <exception cref="ProblemException">It cannot be done: there is no such dataset, it is being deleted, or it has no label that the model has.</exception>
    /// <exception cref="ModelNotFoundException">There is no such model or version.</exception>
    /// <exception cref="UnusableModelException">The version's card is too new for this program.</exception>
    public async Task<ModelEvaluation> AcceptAsync(ModelEvaluationRequest request, CancellationToken cancellationToken)
    {
        var model = request.Model ?? throw Invalid("model is missing", "Name the model to evaluate; GET /api/models lists them.");
        var version = request.Version ?? await registry.ResolveAsync(model, ModelAlias.Production, cancellationToken);
        var card = await registry.GetCardAsync(model, version, cancellationToken);
        var manifest = await RequestedDataset.ReadManifestAsync(datasets, request.Dataset, request.DatasetVersion, cancellationToken);
        if (!card.Labels.Intersect(manifest.Labels, StringComparer.Ordinal).Any())
        {
            throw Invalid(
                "The model and the dataset have no label in common",
                $"{model} version {version} answers {string.Join(", ", card.Labels)}; "
                + $"{manifest.Name} version {manifest.Version} has {string.Join(", ", manifest.Labels)}.");
        }

        var now = time.GetUtcNow();
        var evaluation = new ModelEvaluation
        {
            Id = Guid.CreateVersion7(now).ToString("n"),
            Model = model,
            ModelVersion = version,
            Dataset = manifest.Name,
            DatasetVersion = manifest.Version,
            Samples = request.Samples ?? EvaluatedSamples.Unseen,
            CreatedAt = now,
        };
        await evaluations.AcceptAsync(evaluation, datasets, queue, cancellationToken);
        return evaluation;
    }

    private static ProblemException Invalid(string title, string detail) => new(StatusCodes.Status400BadRequest, title, detail);
}
