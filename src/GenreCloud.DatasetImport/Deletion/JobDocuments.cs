using System.Text.Json.Serialization;
using Azure.Storage.Blobs;
using GenreCloud.Storage;

namespace GenreCloud.DatasetImport.Deletion;

/// <summary>What the training service's documents of jobs say of the dataset version that they use, and whether they have ended.</summary>
internal abstract record JobDocument : IJob
{
    public required string Id { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string Status { get; init; }

    /// <summary>A status that a newer service may have added is taken for one of a job that goes on.</summary>
    [JsonIgnore]
    public bool HasEnded => Status is "completed" or "failed" or "cancelled";
}

/// <summary>Of <c>runs/{id}/run.json</c>.</summary>
internal sealed record RunDocument : JobDocument
{
    public required SettingsPart Settings { get; init; }

    public string? Sweep { get; init; }

    /// <summary>The dataset version that the run learns from.</summary>
    internal sealed record SettingsPart(string Dataset, int Version);
}

/// <summary>Of <c>evaluations/{id}/evaluation.json</c>.</summary>
internal sealed record EvaluationDocument : JobDocument
{
    public required string Dataset { get; init; }

    public required int DatasetVersion { get; init; }
}

/// <summary>The runs' documents, to be read only.</summary>
internal sealed class RunDocuments(BlobServiceClient blobs)
    : JobStore<RunDocument>(blobs.GetBlobContainerClient(StorageNames.Containers.Runs), "run.json");

/// <summary>The evaluations' documents, to be read only.</summary>
internal sealed class EvaluationDocuments(BlobServiceClient blobs)
    : JobStore<EvaluationDocument>(blobs.GetBlobContainerClient(StorageNames.Containers.Evaluations), "evaluation.json");
