using System.Text.Json;
using GenreCloud.Client.Evaluations;
using GenreCloud.Client.Runs;

namespace GenreCloud.Client.Sweeps;

/// <summary>What runs are to be compared.</summary>
/// <param name="Run">What all runs have in common.</param>
public sealed record SweepRequest(RunRequest Run)
{
    /// <summary>
    /// What differs: by the name of a field of the run (<c>learningRate</c>, <c>split.seed</c>) a list of values, or for a random search a range
    /// <c>{"min", "max", "scale": "linear" or "log"}</c>; null for cross-validation alone.
    /// </summary>
    public IReadOnlyDictionary<string, JsonElement>? Parameters { get; init; }

    /// <summary>How many combinations a random search draws; null for every combination of the values.</summary>
    public int? Samples { get; init; }

    /// <summary>Of the random search; 1.</summary>
    public int? Seed { get; init; }

    /// <summary>Cross-validation: each combination is run once for each of so many folds; null for none.</summary>
    public int? Folds { get; init; }
}

/// <summary>Runs that differ in some of their settings, to find the best.</summary>
/// <param name="Id">Of the sweep.</param>
/// <param name="Request">What was asked for.</param>
/// <param name="Candidates">What is compared.</param>
/// <param name="CreatedAt">When it was asked for.</param>
public sealed record Sweep(string Id, SweepRequest Request, IReadOnlyList<SweepCandidate> Candidates, DateTimeOffset CreatedAt);

/// <summary>One combination of parameters.</summary>
/// <param name="Parameters">What sets it apart: a value for each parameter of the sweep.</param>
/// <param name="Runs">The ids of its runs: one, or one a fold.</param>
public sealed record SweepCandidate(IReadOnlyDictionary<string, JsonElement> Parameters, IReadOnlyList<string> Runs);

/// <summary>A sweep as it stands.</summary>
/// <param name="Sweep">What was asked for.</param>
/// <param name="Standings">Of the candidates, the best first; those that are not through yet come last.</param>
/// <param name="HasEnded">Whether every run has ended.</param>
public sealed record SweepReport(Sweep Sweep, IReadOnlyList<SweepStanding> Standings, bool HasEnded);

/// <summary>How a candidate does.</summary>
/// <param name="Candidate">Its place in the sweep, from 0.</param>
/// <param name="Parameters">What sets it apart.</param>
/// <param name="IsBest">Whether no other candidate is better so far.</param>
/// <param name="Top1">Over the validation samples of all its runs together, 0 to 1; null until all are completed.</param>
/// <param name="StandardError">Of the runs' top-1 accuracies around their mean; null for a single run.</param>
/// <param name="Loss">Mean validation cross-entropy over the same samples, nats.</param>
/// <param name="Evaluation">Of all folds together; null until all are completed, and without folds.</param>
/// <param name="Runs">Its runs.</param>
public sealed record SweepStanding(
    int Candidate,
    IReadOnlyDictionary<string, JsonElement> Parameters,
    bool IsBest,
    double? Top1,
    double? StandardError,
    double? Loss,
    PooledEvaluation? Evaluation,
    IReadOnlyList<SweepRun> Runs);

/// <summary>One run of a candidate.</summary>
/// <param name="Id">Of the run.</param>
/// <param name="Status">What it is at.</param>
/// <param name="Fold">Which fold it holds back; null without folds.</param>
/// <param name="Top1">0 to 1; null until it is completed.</param>
/// <param name="ModelVersion">That it registered, if any.</param>
/// <param name="Error">Why it failed.</param>
public sealed record SweepRun(string Id, RunStatus Status, int? Fold, double? Top1, int? ModelVersion, JobError? Error);

/// <summary>How good settings are by cross-validation.</summary>
/// <param name="Report">Of all folds' answers together.</param>
/// <param name="Labels">One a class, in the order of the report.</param>
/// <param name="Top1">Of the folds.</param>
/// <param name="MacroF1">Of the folds; null where a fold has none.</param>
public sealed record PooledEvaluation(EvaluationReport Report, IReadOnlyList<string> Labels, Spread Top1, Spread? MacroF1);

/// <summary>A measure over the folds.</summary>
/// <param name="Mean">Each fold as important as the others.</param>
/// <param name="StandardDeviation">Of the folds around it, by n - 1.</param>
public sealed record Spread(double Mean, double StandardDeviation);

/// <summary>Two candidates of a sweep on the same spectrograms.</summary>
/// <param name="First">One candidate.</param>
/// <param name="Second">The other.</param>
/// <param name="Samples">Spectrograms that both answered.</param>
/// <param name="Top1Difference">The first's top-1 share less the second's.</param>
/// <param name="Interval">Where that is likely to lie for other artists; null where there are fewer than two.</param>
public sealed record SweepComparison(ComparedCandidate First, ComparedCandidate Second, int Samples, double Top1Difference, ConfidenceInterval? Interval);

/// <summary>A candidate in a comparison.</summary>
/// <param name="Candidate">Its place in the sweep, from 0.</param>
/// <param name="Parameters">What sets it apart.</param>
/// <param name="Top1">Over the spectrograms that both answered, 0 to 1.</param>
public sealed record ComparedCandidate(int Candidate, IReadOnlyDictionary<string, JsonElement> Parameters, double Top1);
