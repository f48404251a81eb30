namespace GenreCloud.Client.Runs;

/// <summary>One step of the optimizer.</summary>
/// <param name="Epoch">1 for the first.</param>
/// <param name="Step">1 for the first, counted over the whole run.</param>
/// <param name="Loss">What the step minimised, before it; nats.</param>
/// <param name="LearningRate">Of the step.</param>
/// <param name="GradientNorm">2-norm of the gradient, before any clipping.</param>
/// <param name="ImagesPerSecond">Rate of the step, without the wait for its batch.</param>
public sealed record StepMetrics(int Epoch, int Step, double Loss, double LearningRate, double GradientNorm, double ImagesPerSecond);

/// <summary>One pass over the training samples. Losses are mean cross-entropy in nats, accuracies fractions of 1.</summary>
/// <param name="Epoch">1 for the first.</param>
/// <param name="TrainingLoss">Over the training batches while they were learnt, each before its step; so are the training accuracies.</param>
/// <param name="TrainingTop1">Share of right answers.</param>
/// <param name="TrainingTop5">Share of labels among the five most probable.</param>
/// <param name="ValidationLoss">Over all validation samples after the epoch; so are the validation accuracies.</param>
/// <param name="ValidationTop1">Share of right answers.</param>
/// <param name="ValidationTop5">Share of labels among the five most probable.</param>
/// <param name="ImagesPerSecond">Rate of the training pass.</param>
/// <param name="Seconds">Training and validation, wall clock.</param>
public sealed record EpochMetrics(
    int Epoch,
    double TrainingLoss,
    double TrainingTop1,
    double TrainingTop5,
    double ValidationLoss,
    double ValidationTop1,
    double ValidationTop5,
    double ImagesPerSecond,
    double Seconds);

/// <summary>What happens to a run.</summary>
public abstract record RunEvent;

/// <summary>It moved.</summary>
/// <param name="Status">What it is at; that it ended comes with its result, as <see cref="RunEnded"/>.</param>
/// <param name="Progress">How far the training is; null before its first step.</param>
public sealed record RunMoved(RunStatus Status, RunProgress? Progress) : RunEvent;

/// <summary>A step was made.</summary>
/// <param name="Step">What it measured.</param>
public sealed record StepMade(StepMetrics Step) : RunEvent;

/// <summary>An epoch is finished; it comes after its steps.</summary>
/// <param name="Epoch">What it measured.</param>
public sealed record EpochFinished(EpochMetrics Epoch) : RunEvent;

/// <summary>It ended; nothing comes after this.</summary>
/// <param name="Run">The run with its result.</param>
public sealed record RunEnded(Run Run) : RunEvent;
