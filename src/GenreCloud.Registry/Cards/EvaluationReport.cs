namespace GenreCloud.Registry;

/// <summary>
/// How a model answers spectrograms that it did not learn from. Shares are fractions of 1, losses are cross-entropy in nats; loss and
/// the samples' probabilities are those of the network itself, at temperature 1: <see cref="Calibration"/> has what the temperature changes.
/// </summary>
/// <remarks>
/// What the confusion matrix says is computed from it (Powers, "Evaluation: from precision, recall and F-measure to ROC", 2011). What is null was not
/// measured, or is not defined.
/// </remarks>
public sealed record EvaluationReport
{
    /// <summary>Spectrograms that were answered.</summary>
    public int Samples => ConfusionMatrix.Sum(row => row.Sum());

    /// <summary>Mean over all samples.</summary>
    public required double Loss { get; init; }

    /// <summary>Share of samples whose label is the most probable one.</summary>
    public double Top1 => Enumerable.Range(0, ConfusionMatrix.Count).Sum(index => ConfusionMatrix[index][index]) / (double)Samples;

    /// <summary>Where the top-1 share of other artists like these is likely to lie; null where the samples are of fewer than two groups of artists.</summary>
    public ConfidenceInterval? Top1Interval { get; init; }

    /// <summary>Share of samples whose label is among the three most probable; 1 by definition for three labels or fewer.</summary>
    public double? Top3 { get; init; }

    /// <summary>Share of samples whose label is among the five most probable; 1 by definition for five labels or fewer.</summary>
    public required double Top5 { get; init; }

    /// <summary>Top-1 share of always answering the training samples' most frequent label.</summary>
    public double? MajorityBaseline { get; init; }

    /// <summary>Mean F1 of the classes that have samples here, each class as important as the others.</summary>
    public double? MacroF1 => Classes.Average(scores => scores.F1);

    /// <summary>In the order of the model's labels.</summary>
    public IReadOnlyList<ClassScores> Classes => [.. Enumerable.Range(0, ConfusionMatrix.Count).Select(ScoresOf)];

    /// <summary>Samples [true class][most probable class], both in the order of the model's labels.</summary>
    public required IReadOnlyList<IReadOnlyList<int>> ConfusionMatrix { get; init; }

    /// <summary>Whether the model is as often right as it says it is.</summary>
    public CalibrationReport? Calibration { get; init; }

    /// <summary>The samples with the largest losses, the worst first.</summary>
    public IReadOnlyList<SampleLoss> WorstSamples { get; init; } = [];

    private ClassScores ScoresOf(int index)
    {
        var right = ConfusionMatrix[index][index];
        var samples = ConfusionMatrix[index].Sum();
        var answers = ConfusionMatrix.Sum(row => row[index]);
        return new ClassScores(
            samples,
            answers == 0 ? null : (double)right / answers,
            samples == 0 ? null : (double)right / samples,
            samples == 0 ? null : 2.0 * right / (samples + answers));
    }
}

/// <summary>How a model answers with regard to one class.</summary>
/// <param name="Samples">Samples of the class (its support).</param>
/// <param name="Precision">Share of the answers that name the class and are right; null when no answer names it.</param>
/// <param name="Recall">Share of the class's samples that are answered right; null when it has none.</param>
/// <param name="F1">Harmonic mean of both, 2 TP / (2 TP + FP + FN): 0 for a class that is never answered right, null for one without samples.</param>
public sealed record ClassScores(int Samples, double? Precision, double? Recall, double? F1);

/// <summary>
/// The 95% interval of a share by the percentile bootstrap (Efron and Tibshirani 1993) over whole groups of samples: an artist's tracks resemble each
/// other, so that to draw samples one by one would claim more certainty than there is.
/// </summary>
/// <param name="Lower">The 2.5th percentile.</param>
/// <param name="Upper">The 97.5th percentile.</param>
/// <param name="Groups">Groups that were drawn from: artists, those who made a track together as one; a sample without artist is a group.</param>
/// <param name="Resamples">How many times as many groups were drawn, with replacement.</param>
public sealed record ConfidenceInterval(double Lower, double Upper, int Groups, int Resamples);

/// <summary>A sample and how far a model was from its label.</summary>
/// <param name="Id">The sample's id in its dataset version.</param>
/// <param name="Label">What it is.</param>
/// <param name="Answer">The most probable label.</param>
/// <param name="Probability">Of the true label.</param>
/// <param name="Loss">-ln of that.</param>
public sealed record SampleLoss(string Id, string Label, string Answer, double Probability, double Loss);
