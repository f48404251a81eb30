using System.Text.Json.Serialization;
using GenreCloud.Modeling;
using GenreCloud.Registry;
using GenreCloud.Storage;

namespace GenreCloud.Training.Runs;

/// <summary>A training run and how far it is; stored as <c>runs/{id}/run.json</c>.</summary>
public sealed record Run : IJob
{
    public required string Id { get; init; }

    public required RunSettings Settings { get; init; }

    /// <summary>The sweep that it is a part of, if any.</summary>
    public string? Sweep { get; init; }

    public RunStatus Status { get; init; }

    public RunProgress? Progress { get; init; }

    /// <summary>The finished epochs, in order.</summary>
    public IReadOnlyList<EpochMetrics> Epochs { get; init; } = [];

    /// <summary>What the learning-rate range test found; null for a run whose learning rate is given, or that has not got there.</summary>
    public RangeTestResult? RangeTest { get; init; }

    /// <summary>What to know about the data and the machine before trusting the result: labels on one side of the split, few samples, a chosen epoch, another precision.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>From where the training goes on should its process end; null before the first, and once the run is completed.</summary>
    public RunCheckpoint? Checkpoint { get; init; }

    /// <summary>The process that is at it, or was the last one; null before the first. See <see cref="RunAttempt"/>.</summary>
    public Guid? Attempt { get; init; }

    /// <summary>
    /// What the result will be once the staged model version that it names is visible in the registry. Noted before that, so that
    /// a run whose process dies in between is completed by the next one, and not trained again.
    /// </summary>
    public RunResult? PendingResult { get; init; }

    public RunResult? Result { get; init; }

    /// <summary>Why the run failed, and what to do.</summary>
    public RunError? Error { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    [JsonIgnore]
    public bool HasEnded => Status is RunStatus.Completed or RunStatus.Failed or RunStatus.Cancelled;

    /// <summary>Ended on request; a run whose model version is about to become visible stays as it is.</summary>
    internal Run Cancelled(DateTimeOffset at) => PendingResult is null ? this with { Status = RunStatus.Cancelled, EndedAt = at } : this;

    /// <summary>Queued once more, to go on from its checkpoint. One that is under way or completed stays as it is.</summary>
    internal Run Resumed() => Status is RunStatus.Cancelled or RunStatus.Failed ? this with { Status = RunStatus.Queued, Error = null, EndedAt = null } : this;

    internal Run Completed(RunResult result, DateTimeOffset at) =>
        this with { Status = RunStatus.Completed, PendingResult = null, Checkpoint = null, Result = result, EndedAt = at };

    internal Run Failed(RunError error, DateTimeOffset at) => this with { Status = RunStatus.Failed, Error = error, EndedAt = at };
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
/// <param name="Loss">Training loss of the last step.</param>
/// <param name="ImagesPerSecond">Spectrograms trained a second in this epoch or range test so far.</param>
/// <param name="LearningRate">Of the last step.</param>
/// <param name="GradientNorm">2-norm of the last step's gradient, before any clipping.</param>
/// <param name="Phase">Whether it trains, or looks for a learning rate before.</param>
public sealed record RunProgress(
    int Epoch,
    int Step,
    int TotalSteps,
    double Loss,
    double ImagesPerSecond,
    double LearningRate,
    double GradientNorm,
    TrainingPhase Phase = TrainingPhase.Training);

/// <summary>A saved state of the training.</summary>
/// <param name="Name">Of its blob in the run's folder <c>checkpoints</c>.</param>
/// <param name="Epochs">Finished epochs in it.</param>
/// <param name="SavedAt">When it was taken.</param>
public sealed record RunCheckpoint(string Name, int Epochs, DateTimeOffset SavedAt);

/// <summary>What came of a run; the card of the model version has the whole <see cref="EvaluationReport"/>, or for a run that registers none, this.</summary>
public sealed record RunResult
{
    /// <summary>The registered model; null for a run that registers none.</summary>
    public string? Model { get; init; }

    /// <summary>Its version; null for a run that registers none.</summary>
    public int? ModelVersion { get; init; }

    /// <summary>How good the network is; null where the card of the model version says it.</summary>
    public EvaluationReport? Evaluation { get; init; }

    /// <summary>The blob in the run's folder that has what the network answers to each validation spectrogram; null for runs of older versions.</summary>
    public string? Answers { get; init; }

    public required int TrainingSamples { get; init; }

    public required int ValidationSamples { get; init; }

    /// <summary>The highest learning rate of the schedule, given or found by the range test; null for runs of older versions, as the next two.</summary>
    public double? PeakLearningRate { get; init; }

    /// <summary>The epoch whose weights the network has, from 1.</summary>
    public int? SelectedEpoch { get; init; }

    /// <summary>Mean cross-entropy over the validation spectrograms by these weights, in nats.</summary>
    public double? Loss { get; init; }

    /// <summary>Share of validation spectrograms whose most probable label is right, 0 to 1.</summary>
    public required double Top1 { get; init; }

    /// <summary>Where that is likely to lie for other artists; null where the validation spectrograms are of fewer than two.</summary>
    public ConfidenceInterval? Top1Interval { get; init; }

    /// <summary>Share whose label is among the three most probable, 0 to 1.</summary>
    public double? Top3 { get; init; }

    /// <summary>Share whose label is among the five most probable, 0 to 1.</summary>
    public required double Top5 { get; init; }

    /// <summary>Mean F1 of the labels, each as important as the others, 0 to 1.</summary>
    public double? MacroF1 { get; init; }

    /// <summary>How far the model's confidence is from the share of right answers, 0 to 1, with the temperature that it is registered with.</summary>
    public double? ExpectedCalibrationError { get; init; }

    /// <summary>What always answering the most frequent training label would reach on the same spectrograms, 0 to 1.</summary>
    public required double MajorityBaseline { get; init; }

    /// <summary>Spectrograms trained a second, over all epochs.</summary>
    public required double ImagesPerSecond { get; init; }

    /// <summary>The largest difference between a probability by ONNX Runtime and by TorchSharp; null for a run that registers no model.</summary>
    public double? ParityMaxDifference { get; init; }

    /// <summary>How many spectrograms that was measured on.</summary>
    public int? ParitySamples { get; init; }

    /// <summary>The precision that was used, which is float32 where the CPU lacks the one that was asked for.</summary>
    public required Precision Precision { get; init; }

    /// <summary>The training process's largest resident memory, in bytes.</summary>
    public required long PeakMemoryBytes { get; init; }
}

/// <summary>Why a run failed.</summary>
/// <param name="Title">What is wrong.</param>
/// <param name="Detail">Where, and what to do.</param>
public sealed record RunError(string Title, string Detail);
