using System.Text.Json.Nodes;
using GenreCloud.ServiceDefaults;
using GenreCloud.Training.Evaluations;
using GenreCloud.Training.Runs;

namespace GenreCloud.Training.Sweeps;

/// <summary>Judges the candidates of a sweep by what their runs' networks answered.</summary>
internal sealed class SweepEvaluations(SweepStore sweeps, RunStore runs)
{
    /// <summary>
    /// The evaluation of a candidate over its folds. Computed when it is first asked for, since nobody is there at the moment when the last fold ends,
    /// and kept.
    /// </summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="candidate">The candidate's place in it.</param>
    /// <param name="folds">The candidate's runs as they are stored now.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Null while a fold is not completed, and for a candidate that has no folds or whose answers were not kept.</returns>
    public async Task<PooledEvaluation?> FindAsync(Sweep sweep, int candidate, IReadOnlyList<Run> folds, CancellationToken cancellationToken)
    {
        if (sweep.Request.Folds is null || folds.Count < sweep.Candidates[candidate].Runs.Count || folds.Any(run => run.Result?.Answers is null))
        {
            return null;
        }

        if (await sweeps.FindEvaluationAsync(sweep.Id, candidate, cancellationToken) is { } kept)
        {
            return kept;
        }

        if (await ReadAsync(folds, cancellationToken) is not { } answers)
        {
            return null;
        }

        var evaluation = PooledEvaluation.Of([.. folds.Zip(answers)], folds[0].Settings.Seed);
        await sweeps.KeepEvaluationAsync(sweep.Id, candidate, evaluation, cancellationToken);
        return evaluation;
    }

    /// <summary>Two candidates on the spectrograms that both answered.</summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="first">A candidate's place in it, and its runs as they are stored now.</param>
    /// <param name="second">The other's.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="ProblemException">One is not completed, or they have nothing in common.</exception>
    public async Task<SweepComparison> CompareAsync(
        Sweep sweep, (int Index, IReadOnlyList<Run> Runs) first, (int Index, IReadOnlyList<Run> Runs) second, CancellationToken cancellationToken)
    {
        var comparison = first.Runs.Concat(second.Runs).DistinctBy(run => (run.Settings.Dataset, run.Settings.Version)).Count() == 1
            ? SweepComparison.Of(await CandidateAsync(first), await CandidateAsync(second))
            : null;
        return comparison ?? throw Incomparable($"Candidates {first.Index} and {second.Index} held back no spectrogram in common. Use folds, or the same split for both.");

        async Task<(int Index, JsonObject Parameters, IReadOnlyList<AnsweredSample> Answers)> CandidateAsync((int Index, IReadOnlyList<Run> Runs) candidate)
        {
            var planned = sweep.Candidates[candidate.Index];
            return candidate.Runs.Count == planned.Runs.Count && await ReadAsync(candidate.Runs, cancellationToken) is { } answers
                ? (candidate.Index, planned.Parameters, [.. answers.SelectMany(run => run.Samples)])
                : throw Incomparable($"Candidate {candidate.Index} has a run that is not completed. GET /api/sweeps/{sweep.Id} says which.");
        }

        static ProblemException Incomparable(string detail) => new(StatusCodes.Status409Conflict, "The candidates cannot be compared", detail);
    }

    /// <summary>The answers of all the runs; null where one of them was not kept.</summary>
    private async Task<IReadOnlyList<RunAnswers>?> ReadAsync(IReadOnlyList<Run> candidate, CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(candidate.Select(run => runs.FindAnswersAsync(run, cancellationToken)));
        return answers.Contains(null) ? null : [.. answers.OfType<RunAnswers>()];
    }
}
