using System.Text.Json.Serialization;
using GenreCloud.Registry;
using GenreCloud.Storage;

namespace GenreCloud.Training.ModelEvaluations;

/// <summary>An evaluation of a registered model version on a dataset version, and how far it is; stored as <c>evaluations/{id}/evaluation.json</c>.</summary>
public sealed record ModelEvaluation : IJob
{
    public required string Id { get; init; }

    public required string Model { get; init; }

    public required int ModelVersion { get; init; }

    public required string Dataset { get; init; }

    public required int DatasetVersion { get; init; }

    public required EvaluatedSamples Samples { get; init; }

    public EvaluationStatus Status { get; init; }

    public EvaluationProgress? Progress { get; init; }

    public ModelEvaluationResult? Result { get; init; }

    /// <summary>Why it failed, and what to do.</summary>
    public EvaluationError? Error { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    [JsonIgnore]
    public bool HasEnded => Status is EvaluationStatus.Completed or EvaluationStatus.Failed or EvaluationStatus.Cancelled;

    internal ModelEvaluation Failed(EvaluationError error, DateTimeOffset at) => this with { Status = EvaluationStatus.Failed, Error = error, EndedAt = at };
}

/// <summary>Which samples of a dataset version a model is asked.</summary>
public enum EvaluatedSamples
{
    /// <summary>Those of artists that it did not learn from: what it did learn from says nothing of what it will make of other music.</summary>
    Unseen,

    /// <summary>All, those that it learnt from among them.</summary>
    All,
}

/// <summary>Where an evaluation stands.</summary>
public enum EvaluationStatus
{
    /// <summary>Accepted, not begun.</summary>
    Queued,

    Running,

    Completed,

    /// <summary>The error says why.</summary>
    Failed,

    /// <summary>Ended on request.</summary>
    Cancelled,
}

/// <summary>How far an evaluation is.</summary>
/// <param name="Answered">Spectrograms that the model has answered.</param>
/// <param name="Total">Those that it is to answer.</param>
public sealed record EvaluationProgress(int Answered, int Total);

/// <summary>Why an evaluation failed.</summary>
/// <param name="Title">What is wrong.</param>
/// <param name="Detail">Where, and what to do.</param>
public sealed record EvaluationError(string Title, string Detail);

/// <summary>What came of an evaluation.</summary>
public sealed record ModelEvaluationResult
{
    /// <summary>Of which the majority baseline is that of the samples which were asked.</summary>
    public required EvaluationReport Report { get; init; }

    /// <summary>One a class, in the order of the report.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    public required SampleCounts Samples { get; init; }
}

/// <summary>Which samples of a dataset version an evaluation is of, and which were left out.</summary>
public sealed record SampleCounts
{
    /// <summary>Of the dataset version.</summary>
    public required int InDataset { get; init; }

    public required int Evaluated { get; init; }

    /// <summary>Samples that were left out because the model has no such label, by label.</summary>
    public required IReadOnlyDictionary<string, int> UnknownLabels { get; init; }

    /// <summary>Of the samples with a label that the model has.</summary>
    public required SeenSamples Seen { get; init; }

    /// <summary>Evaluated samples that lack a tabular feature; null for a model that takes none.</summary>
    public int? WithoutAllFeatures { get; init; }
}

/// <summary>Samples that a model knows from its training.</summary>
public sealed record SeenSamples
{
    /// <summary>Why it is not known, or not all, what the model learnt from; what is not known was not left out. Null when it is known.</summary>
    public string? UnknownReason { get; init; }

    /// <summary>Samples that it learnt from: by track id, or by their pixels. Null when nothing is known.</summary>
    public int? Tracks { get; init; }

    /// <summary>Other samples of artists that it learnt from, or of artists who made a track together with them. Null when nothing is known.</summary>
    public int? OfSameArtists { get; init; }

    /// <summary>Whether they were left out.</summary>
    public required bool LeftOut { get; init; }
}
