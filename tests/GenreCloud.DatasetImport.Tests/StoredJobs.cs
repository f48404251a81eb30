using GenreCloud.DatasetImport.Imports;
using GenreCloud.Storage;
using GenreCloud.Testing;

namespace GenreCloud.DatasetImport.Tests;

/// <summary>Documents of jobs in an account's storage, as the services write them.</summary>
internal static class StoredJobs
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    /// <summary>Writes a run's document, with the members that matter here, over the one that is there.</summary>
    public static Task WriteRunAsync(this StorageAccount account, string id, string dataset, int version, string status, string? sweep = null) => account.WriteAsync(
        StorageNames.Containers.Runs,
        $"{id}/run.json",
        new { id, settings = new { dataset, version, architecture = "crnn" }, sweep, status, createdAt = DateTimeOffset.UnixEpoch });

    /// <summary>Writes an evaluation's document, with the members that matter here, over the one that is there.</summary>
    public static Task WriteEvaluationAsync(this StorageAccount account, string id, string dataset, int version, string status) => account.WriteAsync(
        StorageNames.Containers.Evaluations,
        $"{id}/evaluation.json",
        new { id, model = "m", modelVersion = 1, dataset, datasetVersion = version, status, createdAt = DateTimeOffset.UnixEpoch });

    /// <summary>Writes an import's document over the one that is there.</summary>
    /// <param name="endedAt">Null for one that goes on.</param>
    public static Task WriteImportAsync(
        this StorageAccount account, string id, string dataset, ImportStatus status, DateTimeOffset? endedAt = null, string? archive = null, string? upload = null) => account.WriteAsync(
        StorageNames.Containers.Imports,
        $"{id}/import.json",
        new Import
        {
            Id = id,
            Dataset = dataset,
            Profile = "genres",
            Status = status,
            Sources = upload is null ? [] : [new ImportSource { Upload = upload }],
            StagedArchives = archive is null ? [] : [new StagedSource(archive, null, null, archive[..64], 1)],
            CreatedAt = DateTimeOffset.UnixEpoch,
            EndedAt = endedAt,
        });

    public static string NewId() => Guid.NewGuid().ToString("n");

    private static async Task WriteAsync<T>(this StorageAccount account, string container, string blob, T value)
        where T : class
    {
        await account.Container(container).CreateIfNotExistsAsync(cancellationToken: CancellationToken);
        await account.Container(container).GetBlobClient(blob).UpdateJsonAsync<T>(_ => value, CancellationToken);
    }
}
