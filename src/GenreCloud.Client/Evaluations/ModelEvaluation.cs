using System.Text.Json.Serialization;

namespace GenreCloud.Client.Evaluations;

/// <summary>An evaluation of a registered model version on a dataset version, and how far it is.</summary>
/// <param name="Id">Of the evaluation.</param>
/// <param name="Model">The model.</param>
/// <param name="ModelVersion">Its version.</param>
/// <param name="Dataset">The dataset.</param>
/// <param name="DatasetVersion">Its version.</param>
/// <param name="Samples">Which samples the model is asked.</param>
/// <param name="Status">What it is at.</param>
/// <param name="Progress">Null before it begins.</param>
/// <param name="Result">Null until it is completed.</param>
/// <param name="Error">Why it failed, and what to do.</param>
/// <param name="CreatedAt">When it was asked for.</param>
/// <param name="StartedAt">Null while it is queued.</param>
/// <param name="EndedAt">Null until it has ended.</param>
public sealed record ModelEvaluation(
    string Id,
    string Model,
    int ModelVersion,
    string Dataset,
    int DatasetVersion,
    EvaluatedSamples Samples,
    EvaluationStatus Status,
    EvaluationProgress? Progress,
    ModelEvaluationResult? Result,
    JobError? Error,
    DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt)
{
    /// <summary>Whether nothing more will happen to it.</summary>
    [JsonIgnore]
    public bool HasEnded => Status is EvaluationStatus.Completed or EvaluationStatus.Failed or EvaluationStatus.Cancelled;
}

/// <summary>What is to be evaluated on what.</summary>
/// <param name="Model">A registered model.</param>
/// <param name="Dataset">A dataset.</param>
public sealed record EvaluationRequest(string Model, string Dataset)
{
    /// <summary>The model's version; null for the one with the alias <c>production</c>.</summary>
    public int? Version { get; init; }

    /// <summary>The dataset's version; null for the newest.</summary>
    public int? DatasetVersion { get; init; }

    /// <summary>Null for <see cref="EvaluatedSamples.Unseen"/>.</summary>
    public EvaluatedSamples? Samples { get; init; }
}

/// <summary>Which samples of a dataset version a model is asked.</summary>
public enum EvaluatedSamples
{
    /// <summary>Those of artists that it did not learn from.</summary>
    Unseen,

    /// <summary>All, those that it learnt from among them.</summary>
    All,
}

/// <summary>Where an evaluation stands.</summary>
public enum EvaluationStatus
{
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

/// <summary>What came of an evaluation.</summary>
/// <param name="Report">Of which the majority baseline is that of the samples which were asked.</param>
/// <param name="Labels">One a class, in the order of the report.</param>
/// <param name="Samples">Which samples these were.</param>
public sealed record ModelEvaluationResult(EvaluationReport Report, IReadOnlyList<string> Labels, SampleCounts Samples);

/// <summary>Which samples of a dataset version an evaluation is of, and which were left out.</summary>
/// <param name="InDataset">Of the dataset version.</param>
/// <param name="Evaluated">That the model answered.</param>
/// <param name="UnknownLabels">Samples that were left out because the model has no such label, by label.</param>
/// <param name="Seen">Of the samples with a label that the model has.</param>
/// <param name="WithoutAllFeatures">Evaluated samples that lack a tabular feature; null for a model that takes none.</param>
public sealed record SampleCounts(int InDataset, int Evaluated, IReadOnlyDictionary<string, int> UnknownLabels, SeenSamples Seen, int? WithoutAllFeatures);

/// <summary>Samples that a model knows from its training.</summary>
/// <param name="UnknownReason">Why it is not known what the model learnt from; null when it is.</param>
/// <param name="Tracks">Samples that it learnt from; null when nothing is known.</param>
/// <param name="OfSameArtists">Other samples of the artists of those; null when nothing is known.</param>
/// <param name="LeftOut">Whether they were left out.</param>
public sealed record SeenSamples(string? UnknownReason, int? Tracks, int? OfSameArtists, bool LeftOut);
