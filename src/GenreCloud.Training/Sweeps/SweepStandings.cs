using GenreCloud.Training.Runs;

namespace GenreCloud.Training.Sweeps;

/// <summary>Which candidate of a sweep is best, so far.</summary>
internal static class SweepStandings
{
    /// <param name="sweep">The sweep.</param>
    /// <param name="runs">The runs of each candidate, as they are stored now.</param>
    /// <param name="evaluations">Of each candidate over its folds, where there is one.</param>
    public static SweepReport Of(Sweep sweep, IReadOnlyList<IReadOnlyList<Run>> runs, IReadOnlyList<PooledEvaluation?> evaluations)
    {
        var standings = Enumerable.Range(0, sweep.Candidates.Count).Select(index => Of(index, sweep.Candidates[index], runs[index], evaluations[index]))
            .OrderByDescending(standing => standing.Top1 ?? double.NegativeInfinity)
            .ThenBy(standing => standing.Loss ?? double.PositiveInfinity)
            .ToArray();
        if (standings is [{ Top1: not null } best, ..])
        {
            standings[0] = best with { IsBest = true };
        }

        return new SweepReport(sweep, standings, runs.All(ofCandidate => ofCandidate.All(run => run.HasEnded)));
    }

    private static SweepStanding Of(int index, SweepCandidate candidate, IReadOnlyList<Run> runs, PooledEvaluation? evaluation)
    {
        SweepRun[] states =
        [
            .. runs.Select(run => new SweepRun(
                run.Id, run.Status, run.Settings.Split.Folds is null ? null : run.Settings.Split.Fold, run.Result?.Top1, run.Result?.ModelVersion, run.Error)),
        ];
        var results = runs.Where(run => run.Result is not null).Select(run => (Result: run.Result!, Loss: run.Result!.Loss ?? run.Epochs[^1].ValidationLoss)).ToArray();
        var standing = new SweepStanding(
            index, candidate.Parameters, IsBest: false, Top1: null, StandardError: null, Loss: null, evaluation, states);
        if (results.Length < candidate.Runs.Count)
        {
            return standing;
        }

        double samples = results.Sum(run => run.Result.ValidationSamples);
        return standing with
        {
            Top1 = results.Sum(run => run.Result.Top1 * run.Result.ValidationSamples) / samples,
            StandardError = results.Length > 1
                ? Spread.Of([.. results.Select(run => run.Result.Top1)]).StandardDeviation / Math.Sqrt(results.Length)
                : null,
            Loss = evaluation?.Report.Loss ?? results.Sum(run => run.Loss * run.Result.ValidationSamples) / samples,
        };
    }
}
