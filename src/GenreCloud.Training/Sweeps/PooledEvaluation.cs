using GenreCloud.Registry;
using GenreCloud.Training.Evaluations;
using GenreCloud.Training.Runs;

namespace GenreCloud.Training.Sweeps;

/// <summary>
/// How good settings are by cross-validation: every spectrogram is answered once, by the network of the fold that held it back, and all answers are
/// judged together.
/// </summary>
/// <param name="Report">
/// Of all answers. The networks' own: the calibration is that of one temperature for all of them, and the majority baseline that of each fold's
/// training samples.
/// </param>
/// <param name="Labels">One a class, in the order of the report.</param>
/// <param name="Top1">Of the folds.</param>
/// <param name="MacroF1">Of the folds; null where a fold has none.</param>
public sealed record PooledEvaluation(EvaluationReport Report, IReadOnlyList<string> Labels, Spread Top1, Spread? MacroF1)
{
    /// <param name="folds">The completed runs, one a fold, with their answers.</param>
    /// <param name="seed">Of the interval's resamples and the calibration's parts.</param>
    internal static PooledEvaluation Of(IReadOnlyList<(Run Run, RunAnswers Answers)> folds, int seed)
    {
        var labels = folds[0].Answers.Labels;
        AnsweredSample[] samples = [.. folds.SelectMany(fold => fold.Answers.Samples)];
        var report = Evaluation.Of(samples, labels, majorityClass: 0, seed) with
        {
            // The most frequent label of one fold's training samples need not be that of another's.
            MajorityBaseline = folds.Sum(fold => fold.Run.Result!.MajorityBaseline * fold.Answers.Samples.Count) / samples.Length,
        };
        double?[] macroF1 = [.. folds.Select(fold => fold.Run.Result!.MacroF1)];
        return new PooledEvaluation(
            report,
            labels,
            Spread.Of([.. folds.Select(fold => fold.Run.Result!.Top1)]),
            macroF1.Contains(null) ? null : Spread.Of([.. macroF1.Select(value => value!.Value)]));
    }
}

/// <summary>A measure over the folds.</summary>
/// <param name="Mean">Each fold as important as the others.</param>
/// <param name="StandardDeviation">Of the folds around it, by n - 1.</param>
public sealed record Spread(double Mean, double StandardDeviation)
{
    /// <param name="values">Two or more.</param>
    internal static Spread Of(IReadOnlyList<double> values)
    {
        var mean = values.Average();
        return new Spread(mean, Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1)));
    }
}
