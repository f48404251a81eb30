using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using GenreCloud.Storage;

namespace GenreCloud.Training.Sweeps;

/// <summary>
/// The sweeps' documents, beside the runs: <c>runs/sweeps/{id}.json</c>, and <c>runs/sweep-evaluations/{id}/{candidate}.json</c>. What they say never
/// changes.
/// </summary>
internal sealed class SweepStore(BlobServiceClient blobs)
{
    private const string Prefix = "sweeps/";
    private const string Extension = ".json";

    private readonly BlobContainerClient _container = blobs.GetBlobContainerClient(StorageNames.Containers.Runs);

    public Task CreateAsync(Sweep sweep, CancellationToken cancellationToken) => Document(sweep.Id).CreateJsonAsync(sweep, cancellationToken);

    public async Task<Sweep?> FindAsync(string id, CancellationToken cancellationToken) =>
        (await Document(id).ReadJsonAsync<Sweep>(cancellationToken))?.Value;

    /// <summary>All sweeps, the newest first.</summary>
    public async Task<IReadOnlyList<Sweep>> ListAsync(CancellationToken cancellationToken)
    {
        var sweeps = new List<Sweep>();
        await foreach (var blob in _container.GetBlobsAsync(new GetBlobsOptions { Prefix = Prefix }, cancellationToken))
        {
            if (await FindAsync(blob.Name[Prefix.Length..^Extension.Length], cancellationToken) is { } sweep)
            {
                sweeps.Add(sweep);
            }
        }

        return [.. sweeps.OrderByDescending(sweep => sweep.CreatedAt).ThenBy(sweep => sweep.Id, StringComparer.Ordinal)];
    }

    /// <summary>What was kept by <see cref="KeepEvaluationAsync"/>, or null.</summary>
    public async Task<PooledEvaluation?> FindEvaluationAsync(string id, int candidate, CancellationToken cancellationToken) =>
        (await Evaluation(id, candidate).ReadJsonAsync<PooledEvaluation>(cancellationToken))?.Value;

    /// <summary>Keeps the evaluation of a candidate whose runs are completed, from which it follows: whoever is first.</summary>
    public async Task KeepEvaluationAsync(string id, int candidate, PooledEvaluation evaluation, CancellationToken cancellationToken)
    {
        try
        {
            await Evaluation(id, candidate).CreateJsonAsync(evaluation, cancellationToken);
        }
        catch (BlobAlreadyExistsException)
        {
            // It is the same.
        }
    }

    private BlobClient Evaluation(string id, int candidate) => _container.GetBlobClient($"sweep-evaluations/{id}/{candidate}.json");

    private BlobClient Document(string id) => _container.GetBlobClient($"{Prefix}{id}{Extension}");
}
