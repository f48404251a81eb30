using System.ComponentModel;

namespace GenreCloud.Training.ModelEvaluations;

/// <summary>The body of <c>POST /api/evaluations</c>.</summary>
public sealed record ModelEvaluationRequest
{
    [Description("The registered model to evaluate.")]
    public string? Model { get; init; }

    [Description("Its version; the one with the alias production unless given.")]
    public int? Version { get; init; }

    [Description("The dataset to evaluate it on.")]
    public string? Dataset { get; init; }

    [Description("The dataset's version; the newest unless given.")]
    public int? DatasetVersion { get; init; }

    [Description("unseen leaves out what the model learnt from, and all other tracks of the same artists; all takes every sample; unseen.")]
    public EvaluatedSamples? Samples { get; init; }
}
