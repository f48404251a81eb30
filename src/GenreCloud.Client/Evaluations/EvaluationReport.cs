namespace GenreCloud.Client.Evaluations;

/// <summary>
/// How a model answers spectrograms that it did not learn from. Shares are fractions of 1, losses are cross-entropy in nats; loss and the samples'
/// probabilities are those of the network itself, at temperature 1. What is null was not measured, or is not defined.
/// </summary>
/// <param name="Samples">Spectrograms that were answered.</param>
/// <param name="Loss">Mean over all samples.</param>
/// <param name="Top1">Share of samples whose label is the most probable one.</param>
/// <param name="Top1Interval">Where that is likely to lie for other artists.</param>
/// <param name="Top3">Share of samples whose label is among the three most probable.</param>
/// <param name="Top5">Share of samples whose label is among the five most probable.</param>
/// <param name="MajorityBaseline">Top-1 share of always answering the training samples' most frequent label.</param>
/// <param name="MacroF1">Mean F1 of the labels that have samples here, each as important as the others.</param>
/// <param name="Classes">In the order of the model's labels.</param>
/// <param name="ConfusionMatrix">Samples [true label][most probable label], both in the order of the model's labels.</param>
/// <param name="Calibration">Whether the model is as often right as it says it is.</param>
/// <param name="WorstSamples">The samples with the largest losses, the worst first.</param>
public sealed record EvaluationReport(
    int Samples,
    double Loss,
    double Top1,
    ConfidenceInterval? Top1Interval,
    double? Top3,
    double Top5,
    double? MajorityBaseline,
    double? MacroF1,
    IReadOnlyList<ClassScores> Classes,
    IReadOnlyList<IReadOnlyList<int>> ConfusionMatrix,
    CalibrationReport? Calibration,
    IReadOnlyList<SampleLoss> WorstSamples);

/// <summary>How a model answers with regard to one label.</summary>
/// <param name="Samples">Samples with the label (its support).</param>
/// <param name="Precision">Share of the answers that name the label and are right; null when no answer names it.</param>
/// <param name="Recall">Share of the label's samples that are answered right; null when it has none.</param>
/// <param name="F1">Harmonic mean of both; null for a label without samples.</param>
public sealed record ClassScores(int Samples, double? Precision, double? Recall, double? F1);

/// <summary>The 95% interval of a figure by the percentile bootstrap over whole groups of artists.</summary>
/// <param name="Lower">The 2.5th percentile.</param>
/// <param name="Upper">The 97.5th percentile.</param>
/// <param name="Groups">Groups of artists that were drawn from.</param>
/// <param name="Resamples">How many times as many groups were drawn, with replacement.</param>
public sealed record ConfidenceInterval(double Lower, double Upper, int Groups, int Resamples);

/// <summary>A sample and how far a model was from its label.</summary>
/// <param name="Id">The sample's id in its dataset version.</param>
/// <param name="Label">What it is.</param>
/// <param name="Answer">The most probable label.</param>
/// <param name="Probability">Of the true label, 0 to 1.</param>
/// <param name="Loss">-ln of that.</param>
public sealed record SampleLoss(string Id, string Label, string Answer, double Probability, double Loss);
