namespace GenreCloud.Modeling;

/// <summary>How well a network answers a set of images.</summary>
/// <param name="Images">Number of images.</param>
/// <param name="Loss">Mean cross-entropy, nats.</param>
/// <param name="Top1">Share of images whose label is the first answer, 0 to 1.</param>
/// <param name="Top5">Share of images whose label is among the first five answers, 0 to 1.</param>
public sealed record Scores(int Images, double Loss, double Top1, double Top5);

/// <summary>What a trainer is at.</summary>
public enum TrainingPhase
{
    /// <summary>It makes steps that the network keeps.</summary>
    Training,

    /// <summary>It looks for a learning rate by steps that are undone afterwards.</summary>
    RangeTest,
}

/// <summary>One optimizer step.</summary>
/// <param name="Epoch">From 0; 0 in the range test.</param>
/// <param name="Step">From 0, counted over the whole run, or over the range test.</param>
/// <param name="TotalSteps">Steps of the whole run, or the most that the range test makes.</param>
/// <param name="Loss">What the step minimises, before it: mean cross-entropy of the batch, with weights, smoothing and mixing where the options have them; nats.</param>
/// <param name="GradientNorm">2-norm of the gradient over all weights, before any clipping.</param>
/// <param name="LearningRate">The learning rate of the step.</param>
/// <param name="ImagesPerSecond">Rate of this step, without the wait for its batch.</param>
/// <param name="Phase">What the step is part of.</param>
public sealed record StepResult(
    int Epoch,
    int Step,
    int TotalSteps,
    double Loss,
    double GradientNorm,
    double LearningRate,
    double ImagesPerSecond,
    TrainingPhase Phase = TrainingPhase.Training);

/// <summary>One pass over the training images.</summary>
/// <param name="Epoch">From 0.</param>
/// <param name="Training">
/// Scores of the training batches while they were learnt, each before its step and as it was augmented; the loss is what the steps
/// minimise, and of mixed labels the larger part is the one to find.
/// </param>
/// <param name="Validation">Scores of the validation images after the epoch, in the precision of its steps; null when there are none.</param>
/// <param name="ImagesPerSecond">Rate of the training pass, waits for batches included.</param>
/// <param name="Duration">Training and validation together.</param>
public sealed record EpochResult(int Epoch, Scores Training, Scores? Validation, double ImagesPerSecond, TimeSpan Duration);
