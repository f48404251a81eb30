using System.Runtime.CompilerServices;
using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using GenreCloud.Datasets;
using GenreCloud.Storage;

namespace GenreCloud.DatasetImport.Imports;

/// <summary>An import's plan and the results of its partitions, beside its document in container <c>imports</c>.</summary>
internal sealed class ImportFiles(BlobServiceClient blobs)
{
    private readonly BlobContainerClient _container = blobs.GetBlobContainerClient(StorageNames.Containers.Imports);

    public async Task<ImportPlan?> FindPlanAsync(string id, CancellationToken cancellationToken) =>
        (await Plan(id).ReadJsonAsync<ImportPlan>(cancellationToken))?.Value;

    /// <summary>Stores the plan, the last of its files.</summary>
    /// <returns>The plan that counts: another worker's, if that was first.</returns>
    public async Task<ImportPlan> AddPlanAsync(string id, ImportPlan plan, CancellationToken cancellationToken)
    {
        try
        {
            await Plan(id).CreateJsonAsync(plan, cancellationToken);
            return plan;
        }
        catch (BlobAlreadyExistsException)
        {
            return await FindPlanAsync(id, cancellationToken) ?? throw new JobNotFoundException(id);
        }
    }

    /// <summary>Stores a partition's plan, or stores it again: until the import's plan is there, nobody reads it.</summary>
    public Task WritePartitionAsync(string id, int partition, PartitionPlan plan, CancellationToken cancellationToken) =>
        WriteAsync(Partition(id, partition, "plan.json"), plan, cancellationToken);

    /// <exception cref="JobNotFoundException">It is not there: the import was deleted.</exception>
    public async Task<PartitionPlan> ReadPartitionAsync(string id, int partition, CancellationToken cancellationToken) =>
        (await Partition(id, partition, "plan.json").ReadJsonAsync<PartitionPlan>(cancellationToken))?.Value ?? throw new JobNotFoundException(id);

    public async Task<PartitionResult?> FindResultAsync(string id, int partition, CancellationToken cancellationToken) =>
        (await Partition(id, partition, "result.json").ReadJsonAsync<PartitionResult>(cancellationToken))?.Value;

    /// <summary>Stores a partition's result. One that another worker stored is the same.</summary>
    public Task WriteResultAsync(string id, int partition, PartitionResult result, CancellationToken cancellationToken) =>
        WriteAsync(Partition(id, partition, "result.json"), result, cancellationToken);

    /// <summary>Stores the rows of the labels that are left out.</summary>
    public Task WriteRowsAsync(string id, IReadOnlyList<QuarantineEntry> rows, CancellationToken cancellationToken) =>
        WriteAsync(Rows(id), rows, cancellationToken);

    /// <summary>The rows of the labels that are left out.</summary>
    public async IAsyncEnumerable<QuarantineEntry> ReadRowsAsync(string id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var json = await Rows(id).OpenReadAsync(cancellationToken: cancellationToken);
        await foreach (var row in JsonSerializer.DeserializeAsyncEnumerable<QuarantineEntry>(json, GenreCloudJson.Options, cancellationToken))
        {
            yield return row!;
        }
    }

    private static async Task WriteAsync<T>(BlobClient blob, T value, CancellationToken cancellationToken)
    {
        var options = new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentType = "application/json" } };

        // Not at once into an array, whose megabytes would stay in the shared pool, once for every thread.
        using var json = new MemoryStream();
        await JsonSerializer.SerializeAsync(json, value, GenreCloudJson.Options, cancellationToken);
        json.Position = 0;
        await blob.UploadAsync(json, options, cancellationToken);
    }

    private BlobClient Plan(string id) => _container.GetBlobClient($"{id}/plan.json");

    private BlobClient Rows(string id) => _container.GetBlobClient($"{id}/rows.json");

    private BlobClient Partition(string id, int partition, string file) => _container.GetBlobClient($"{id}/partitions/{partition:D5}.{file}");
}
