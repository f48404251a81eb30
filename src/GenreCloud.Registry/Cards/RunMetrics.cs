using System.Text.Json.Serialization;

namespace GenreCloud.Registry;

/// <summary>A line of a run's metrics.jsonl, in the order of the training; its <c>type</c> is <c>step</c> or <c>epoch</c>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(StepMetrics), "step")]
[JsonDerivedType(typeof(EpochMetrics), "epoch")]
public abstract record RunMetrics
{
    /// <summary>1 for the first.</summary>
    [JsonPropertyOrder(-1)]
    public required int Epoch { get; init; }
}

/// <summary>One step of the optimizer.</summary>
public sealed record StepMetrics : RunMetrics
{
    /// <summary>1 for the first, counted over the whole run.</summary>
    public required int Step { get; init; }

    /// <summary>What the step minimised, before it; nats.</summary>
    public required double Loss { get; init; }

    public required double LearningRate { get; init; }

    /// <summary>2-norm of the gradient, before any clipping.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>Rate of the step, without the wait for its batch.</summary>
    public required double ImagesPerSecond { get; init; }
}
