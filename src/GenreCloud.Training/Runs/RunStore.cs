using Azure.Storage.Blobs;
using GenreCloud.Storage;

namespace GenreCloud.Training.Runs;

/// <summary>The runs' documents in container <c>runs</c>.</summary>
internal sealed class RunStore(BlobServiceClient blobs)
{
    private readonly BlobContainerClient _container = blobs.GetBlobContainerClient(StorageNames.Runs);

    public BlobClient LeaseBlob(string id) => _container.GetBlobClient($"{id}/lease");

    public AppendLog Metrics(string id) => new(_container, $"{id}/metrics.jsonl");

    public Task CreateAsync(Run run, CancellationToken cancellationToken) => _container.CreateJsonAsync(Name(run.Id), run, cancellationToken);

    public async Task<Run?> ReadAsync(string id, CancellationToken cancellationToken) =>
        (await _container.ReadJsonAsync<Run>(Name(id), cancellationToken))?.Value;

    public async Task<Run> UpdateAsync(string id, Func<Run, Run> change, CancellationToken cancellationToken) =>
        (await _container.UpdateJsonAsync(Name(id), change, cancellationToken)).Value;

    /// <summary>All runs, the newest first.</summary>
    public async Task<IReadOnlyList<Run>> ListAsync(CancellationToken cancellationToken)
    {
        var runs = new List<Run>();
        await foreach (var item in _container.GetBlobsByHierarchyAsync(delimiter: "/", cancellationToken: cancellationToken))
        {
            if (item.IsPrefix && await ReadAsync(item.Prefix.TrimEnd('/'), cancellationToken) is { } run)
            {
                runs.Add(run);
            }
        }

        return [.. runs.OrderByDescending(run => run.CreatedAt).ThenBy(run => run.Id, StringComparer.Ordinal)];
    }

    private static string Name(string id) => $"{id}/run.json";
}
