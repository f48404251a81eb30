using System.Diagnostics;
using GenreCloud.ModelRuntime.Monitoring;
using GenreCloud.Registry;
using GenreCloud.Training.Evaluations;

namespace GenreCloud.Training.Runs;

/// <summary>How good a run's network is.</summary>
/// <param name="Report">On the validation samples.</param>
/// <param name="Split">What the network learnt from, and what it was measured with.</param>
/// <param name="Answers">What the report was made of.</param>
/// <param name="Figures">Of the spectrograms that were answered.</param>
internal sealed record RunEvaluation(EvaluationReport Report, DataSplit Split, RunAnswers Answers, IReadOnlyList<SpectrogramFigures> Figures)
{
    /// <param name="run">The run that trained it.</param>
    /// <param name="prepared">Holds the trained network.</param>
    /// <param name="cancellationToken">Ends the pass over the validation samples.</param>
    /// <exception cref="EvaluationException">The network's answers are not finite.</exception>
    public static async Task<RunEvaluation> CreateAsync(Run run, PreparedRun prepared, CancellationToken cancellationToken)
    {
        var labels = prepared.Dataset.Manifest.Labels;
        var facts = SplitFacts.Of(prepared.Samples, prepared.Split, run.Settings.Split, labels);
        var answers = await ValidationAnswers.CollectAsync(prepared, cancellationToken);
        var majority = facts.TrainingSamples.Index().MaxBy(label => label.Item).Index;
        return new RunEvaluation(Evaluation.Of(answers.Samples, labels, majority, run.Settings.Seed), facts, new RunAnswers(labels, answers.Samples), answers.Figures);
    }

    /// <summary>What the run's document is to say.</summary>
    /// <param name="prepared">What was trained.</param>
    /// <param name="epochs">The run's epochs, at least one.</param>
    /// <param name="answers">The blob with the answers.</param>
    public RunResult ToResult(PreparedRun prepared, IReadOnlyList<EpochMetrics> epochs, string answers) => new()
    {
        Answers = answers,
        TrainingSamples = prepared.Split.Training.Count,
        ValidationSamples = Report.Samples,
        PeakLearningRate = prepared.Trainer.PeakLearningRate,
        SelectedEpoch = prepared.Trainer.SelectedEpoch + 1,
        Loss = Report.Loss,
        Top1 = Report.Top1,
        Top1Interval = Report.Top1Interval,
        Top3 = Report.Top3,
        Top5 = Report.Top5,
        MacroF1 = Report.MacroF1,
        ExpectedCalibrationError = (Report.Calibration!.After ?? Report.Calibration.Before).ExpectedCalibrationError,
        MajorityBaseline = Report.MajorityBaseline!.Value,
        ImagesPerSecond = epochs.Average(epoch => epoch.ImagesPerSecond),
        Precision = prepared.Precision,
        PeakMemoryBytes = Process.GetCurrentProcess().PeakWorkingSet64,
    };
}
