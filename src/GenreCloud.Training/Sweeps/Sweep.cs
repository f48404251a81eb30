using System.Text.Json.Nodes;
using GenreCloud.Training.Runs;

namespace GenreCloud.Training.Sweeps;

/// <summary>Runs that differ in some of their settings, to find the best; stored as <c>runs/sweeps/{id}.json</c>.</summary>
public sealed record Sweep
{
    public required string Id { get; init; }

    public required SweepRequest Request { get; init; }

    /// <summary>What is compared, in the order in which it was planned.</summary>
    public required IReadOnlyList<SweepCandidate> Candidates { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>One combination of parameters.</summary>
/// <param name="Parameters">What sets it apart: a value for each parameter of the sweep.</param>
/// <param name="Runs">The ids of its runs: one, or one a fold.</param>
public sealed record SweepCandidate(JsonObject Parameters, IReadOnlyList<string> Runs);

/// <summary>A sweep as it stands.</summary>
/// <param name="Sweep">What was asked for.</param>
/// <param name="Standings">Of the candidates, the best first; those that are not through yet come last.</param>
/// <param name="HasEnded">Whether every run has ended.</param>
public sealed record SweepReport(Sweep Sweep, IReadOnlyList<SweepStanding> Standings, bool HasEnded);

/// <summary>How a candidate does.</summary>
/// <param name="Candidate">Its place in the sweep, from 0.</param>
/// <param name="Parameters">What sets it apart.</param>
/// <param name="IsBest">Whether no other candidate whose runs are all completed has a higher top-1 accuracy, or the same and a lower loss.</param>
/// <param name="Top1">Over the validation samples of all its runs together; null until all are completed.</param>
/// <param name="StandardError">Of the runs' top-1 accuracies around their mean; null for a single run.</param>
/// <param name="Loss">Mean validation cross-entropy over the same samples, in nats.</param>
/// <param name="Evaluation">Of all folds together; null until all are completed, and for candidates without folds, whose model's card has it.</param>
/// <param name="Runs">Its runs.</param>
public sealed record SweepStanding(
    int Candidate,
    JsonObject Parameters,
    bool IsBest,
    double? Top1,
    double? StandardError,
    double? Loss,
    PooledEvaluation? Evaluation,
    IReadOnlyList<SweepRun> Runs);

/// <summary>One run of a candidate.</summary>
public sealed record SweepRun(string Id, RunStatus Status, int? Fold, double? Top1, int? ModelVersion, RunError? Error);
