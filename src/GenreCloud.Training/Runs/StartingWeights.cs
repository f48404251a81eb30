using GenreCloud.Modeling.Weights;
using GenreCloud.Registry;

namespace GenreCloud.Training.Runs;

/// <summary>The weights of the registered version that a run starts from.</summary>
/// <param name="Tensors">Its parameters and buffers.</param>
/// <param name="Labels">Of its classes, in their order.</param>
internal sealed record StartingWeights(SafeTensors Tensors, IReadOnlyList<string> Labels)
{
    /// <summary>Fetches them as they were when the run was accepted.</summary>
    /// <exception cref="ModelNotFoundException">The version is gone.</exception>
    /// <exception cref="UnusableModelException">It is another one meanwhile, or its weights are gone or changed.</exception>
    /// <exception cref="WeightsException">They cannot be read.</exception>
    public static async Task<StartingWeights> FetchAsync(ModelRegistry registry, ModelStart start, CancellationToken cancellationToken)
    {
        var card = await registry.GetCardAsync(start.Model, start.Version, cancellationToken);
        return card.Weights is null || card.Weights.Sha256 == start.WeightsSha256
            ? new StartingWeights(SafeTensors.Read(await registry.DownloadWeightsAsync(card, cancellationToken)), card.Labels)
            : throw new UnusableModelException(
                $"Model '{start.Model}' version {start.Version} has other weights than when the run was accepted: SHA-256 {card.Weights.Sha256}, not {start.WeightsSha256}.");
    }
}
