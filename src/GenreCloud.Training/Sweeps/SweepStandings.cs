using GenreCloud.Training.Runs;

namespace GenreCloud.Training.Sweeps;

/// <summary>Which candidate of a sweep is best, so far.</summary>
internal static class SweepStandings
{
    /// <param name="sweep">The sweep.</param>
    /// <param name="runs">The runs of each candidate, as they are stored now.</param>
    public static SweepReport Of(Sweep sweep, IReadOnlyList<IReadOnlyList<Run>> runs)
    {
        var standings = sweep.Candidates.Zip(runs, (candidate, ofCandidate) => Of(candidate, ofCandidate))
            .OrderByDescending(standing => standing.Top1 ?? double.NegativeInfinity)
            .ThenBy(standing => standing.Loss ?? double.PositiveInfinity)
            .ToArray();
        if (standings is [{ Top1: not null } best, ..])
        {
            standings[0] = best with { IsBest = true };
        }

        return new SweepReport(sweep, standings, runs.All(ofCandidate => ofCandidate.All(run => run.HasEnded)));
    }

    private static SweepStanding Of(SweepCandidate candidate, IReadOnlyList<Run> runs)
    {
        SweepRun[] states =
        [
            .. runs.Select(run => new SweepRun(
                run.Id, run.Status, run.Settings.Split.Folds is null ? null : run.Settings.Split.Fold, run.Result?.Top1, run.Result?.ModelVersion, run.Error)),
        ];
        var results = runs.Where(run => run.Result is not null).Select(run => (Result: run.Result!, run.Epochs[^1].ValidationLoss)).ToArray();
        if (results.Length < candidate.Runs.Count)
        {
            return new SweepStanding(candidate.Parameters, IsBest: false, Top1: null, StandardError: null, Loss: null, states);
        }

        double samples = results.Sum(run => run.Result.ValidationSamples);
        var mean = results.Average(run => run.Result.Top1);
        return new SweepStanding(
            candidate.Parameters,
            IsBest: false,
            results.Sum(run => run.Result.Top1 * run.Result.ValidationSamples) / samples,
            results.Length > 1
                ? Math.Sqrt(results.Sum(run => (run.Result.Top1 - mean) * (run.Result.Top1 - mean)) / (results.Length - 1) / results.Length)
                : null,
            results.Sum(run => run.ValidationLoss * run.Result.ValidationSamples) / samples,
            states);
    }
}
