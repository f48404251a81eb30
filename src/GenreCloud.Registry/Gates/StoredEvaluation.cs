using System.Text.Json.Serialization;
using Azure.Storage.Blobs;
using GenreCloud.Storage;

namespace GenreCloud.Registry;

/// <summary>What the training service's <c>evaluations/{id}/evaluation.json</c> says of a model version on a dataset version.</summary>
internal sealed record StoredEvaluation : IJob
{
    public required string Id { get; init; }

    public required string Model { get; init; }

    public required int ModelVersion { get; init; }

    public required string Dataset { get; init; }

    public required int DatasetVersion { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Null until it has completed.</summary>
    public ResultPart? Result { get; init; }

    [JsonIgnore]
    public bool HasEnded => Result is not null;

    internal sealed record ResultPart(EvaluationReport Report, IReadOnlyList<string> Labels, SamplesPart Samples);

    internal sealed record SamplesPart(SeenPart Seen);

    /// <summary>Samples that the model knows, and whether they were left out.</summary>
    internal sealed record SeenPart(int? Tracks, int? OfSameArtists, bool LeftOut);
}

/// <summary>The evaluations' documents, to be read only.</summary>
internal sealed class StoredEvaluations(BlobServiceClient blobs)
    : JobStore<StoredEvaluation>(blobs.GetBlobContainerClient(StorageNames.Containers.Evaluations), "evaluation.json");
