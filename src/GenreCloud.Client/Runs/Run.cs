using System.Text.Json.Serialization;
using GenreCloud.Client.Evaluations;

namespace GenreCloud.Client.Runs;

/// <summary>A training run and how far it is.</summary>
/// <param name="Id">Of the run.</param>
/// <param name="Settings">What it does.</param>
/// <param name="Sweep">The sweep that it is a part of, if any.</param>
/// <param name="Status">What it is at.</param>
/// <param name="Progress">Null before its first step.</param>
/// <param name="Epochs">The finished epochs, in order.</param>
/// <param name="RangeTest">What the learning-rate range test found; null for a run whose learning rate is given, or that has not got there.</param>
/// <param name="Warnings">What to know before trusting the result.</param>
/// <param name="Checkpoint">From where it goes on should its process end.</param>
/// <param name="Attempt">The process that is at it, or was the last one.</param>
/// <param name="PendingResult">What the result will be once the model version is visible.</param>
/// <param name="Result">Null until it is completed.</param>
/// <param name="Error">Why it failed, and what to do.</param>
/// <param name="CreatedAt">When it was asked for.</param>
/// <param name="StartedAt">Null while it is queued.</param>
/// <param name="EndedAt">Null until it has ended.</param>
public sealed record Run(
    string Id,
    RunSettings Settings,
    string? Sweep,
    RunStatus Status,
    RunProgress? Progress,
    IReadOnlyList<EpochMetrics> Epochs,
    RangeTestResult? RangeTest,
    IReadOnlyList<string> Warnings,
    RunCheckpoint? Checkpoint,
    Guid? Attempt,
    RunResult? PendingResult,
    RunResult? Result,
    JobError? Error,
    DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt)
{
    /// <summary>Whether nothing more will happen to it.</summary>
    [JsonIgnore]
    public bool HasEnded => Status is RunStatus.Completed or RunStatus.Failed or RunStatus.Cancelled;
}

/// <summary>Where a run stands.</summary>
public enum RunStatus
{
    /// <summary>Accepted, not begun.</summary>
    Queued,

    /// <summary>The dataset is being fetched.</summary>
    Preparing,
    Training,

    /// <summary>The network is being exported to ONNX, checked and registered.</summary>
    Registering,

    /// <summary>The model version is registered, or for a run that registers none, the network is evaluated.</summary>
    Completed,

    /// <summary>Nothing was registered; the error says why.</summary>
    Failed,

    /// <summary>Ended on request; nothing was registered.</summary>
    Cancelled,
}

/// <summary>How far training is.</summary>
/// <param name="Epoch">The epoch that runs, or comes after the range test, from 1.</param>
/// <param name="Step">Finished steps since the beginning of the phase.</param>
/// <param name="TotalSteps">Steps of the phase in all; of a range test the most that it makes.</param>
/// <param name="Loss">Training loss of the last step, nats.</param>
/// <param name="ImagesPerSecond">Spectrograms trained a second in this epoch or range test so far.</param>
/// <param name="LearningRate">Of the last step.</param>
/// <param name="GradientNorm">2-norm of the last step's gradient, before any clipping.</param>
/// <param name="Phase">Whether it trains, or looks for a learning rate before.</param>
public sealed record RunProgress(
    int Epoch, int Step, int TotalSteps, double Loss, double ImagesPerSecond, double LearningRate, double GradientNorm, TrainingPhase Phase);

/// <summary>What training is at.</summary>
public enum TrainingPhase
{
    /// <summary>It makes steps that the network keeps.</summary>
    Training,

    /// <summary>It looks for a learning rate by steps that are undone afterwards.</summary>
    RangeTest,
}

/// <summary>A saved state of the training.</summary>
/// <param name="Name">Of its file.</param>
/// <param name="Epochs">Finished epochs in it.</param>
/// <param name="SavedAt">When it was taken.</param>
public sealed record RunCheckpoint(string Name, int Epochs, DateTimeOffset SavedAt);

/// <summary>What came of a run. Shares are fractions of 1.</summary>
/// <param name="Model">The registered model; null for a run that registers none.</param>
/// <param name="ModelVersion">Its version; null for a run that registers none.</param>
/// <param name="Evaluation">How good the network is; null where the card of the model version says it.</param>
/// <param name="Answers">The file with what the network answers to each validation spectrogram; null for runs by old versions of the service.</param>
/// <param name="TrainingSamples">Spectrograms that it learnt from.</param>
/// <param name="ValidationSamples">Spectrograms that it was measured with.</param>
/// <param name="PeakLearningRate">The highest learning rate of the schedule, given or found by the range test; null for runs by old versions of the service.</param>
/// <param name="SelectedEpoch">The epoch whose weights the network has, from 1; null as above.</param>
/// <param name="Loss">Mean cross-entropy over the validation spectrograms by these weights, nats; null as above.</param>
/// <param name="Top1">Share of these whose most probable label is right.</param>
/// <param name="Top1Interval">Where that is likely to lie for other artists.</param>
/// <param name="Top3">Share whose label is among the three most probable.</param>
/// <param name="Top5">Share whose label is among the five most probable.</param>
/// <param name="MacroF1">Mean F1 of the labels.</param>
/// <param name="ExpectedCalibrationError">How far the model's confidence is from the share of right answers.</param>
/// <param name="MajorityBaseline">What always answering the most frequent training label would reach.</param>
/// <param name="ImagesPerSecond">Spectrograms trained a second, over all epochs.</param>
/// <param name="ParityMaxDifference">The largest difference between a probability by ONNX Runtime and by TorchSharp.</param>
/// <param name="ParitySamples">How many spectrograms that was measured on.</param>
/// <param name="Precision">The precision that was used.</param>
/// <param name="PeakMemoryBytes">The training process's largest resident memory.</param>
public sealed record RunResult(
    string? Model,
    int? ModelVersion,
    EvaluationReport? Evaluation,
    string? Answers,
    int TrainingSamples,
    int ValidationSamples,
    double? PeakLearningRate,
    int? SelectedEpoch,
    double? Loss,
    double Top1,
    ConfidenceInterval? Top1Interval,
    double? Top3,
    double Top5,
    double? MacroF1,
    double? ExpectedCalibrationError,
    double MajorityBaseline,
    double ImagesPerSecond,
    double? ParityMaxDifference,
    int? ParitySamples,
    Precision Precision,
    long PeakMemoryBytes);

/// <summary>What a learning-rate range test found.</summary>
/// <param name="LearningRate">The rate to train with.</param>
/// <param name="Curve">Its steps, by rising rate.</param>
/// <param name="FallbackReason">Why the rate is not from the curve but the default one; null when it is from the curve.</param>
public sealed record RangeTestResult(double LearningRate, IReadOnlyList<RangeTestPoint> Curve, string? FallbackReason);

/// <summary>One step of a range test.</summary>
/// <param name="LearningRate">The rate of the step.</param>
/// <param name="Loss">Before the step, nats.</param>
/// <param name="SmoothedLoss">Exponential mean of the losses so far.</param>
public sealed record RangeTestPoint(double LearningRate, double Loss, double SmoothedLoss);

/// <summary>What the network of a completed run answers to its validation spectrograms.</summary>
/// <param name="Labels">One a class.</param>
/// <param name="Samples">In the order of the split.</param>
public sealed record RunAnswers(IReadOnlyList<string> Labels, IReadOnlyList<AnsweredSample> Samples);

/// <summary>A validation spectrogram and what a network answers.</summary>
/// <param name="Id">Of the sample in its dataset version.</param>
/// <param name="Label">Its class, an index into the labels.</param>
/// <param name="Group">Samples of one group of artists are not independent of each other.</param>
/// <param name="Logits">float32 [classes].</param>
public sealed record AnsweredSample(string Id, int Label, int Group, IReadOnlyList<float> Logits);
