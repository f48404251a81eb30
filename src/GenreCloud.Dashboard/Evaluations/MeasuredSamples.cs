using GenreCloud.Client.Evaluations;
using GenreCloud.Client.Runs;

namespace GenreCloud.Dashboard.Evaluations;

/// <summary>How good a network is on samples of a dataset version, and what it answered to each where that was kept.</summary>
/// <param name="Report">Null for a model that was not measured.</param>
/// <param name="Labels">One a class.</param>
/// <param name="Dataset">Null where nobody knows of which dataset the samples are.</param>
/// <param name="DatasetVersion">Of the dataset.</param>
/// <param name="Answers">Null where they were not kept.</param>
public sealed record MeasuredSamples(EvaluationReport? Report, IReadOnlyList<string> Labels, string? Dataset, int DatasetVersion, RunAnswers? Answers)
{
    /// <summary>The samples of a cell of the confusion matrix, the surest answer first.</summary>
    /// <param name="label">What they are, an index into the labels.</param>
    /// <param name="answer">What they were taken for.</param>
    public IReadOnlyList<SampleOfCell> Of(int label, int answer) =>
    [
        .. (Answers?.Samples ?? []).Where(sample => sample.Label == label && BestOf(sample) == answer)
            .Select(sample => new SampleOfCell(sample.Id, ProbabilityOf(sample, answer)))
            .OrderByDescending(sample => sample.Probability),
    ];

    private static int BestOf(AnsweredSample sample) => Enumerable.Range(0, sample.Logits.Count).MaxBy(index => sample.Logits[index]);

    /// <summary>Of the softmax, from the largest logit so that no exponential overflows.</summary>
    private static double ProbabilityOf(AnsweredSample sample, int answer)
    {
        var largest = sample.Logits.Max();
        return Math.Exp(sample.Logits[answer] - largest) / sample.Logits.Sum(logit => Math.Exp(logit - largest));
    }
}

/// <summary>A sample behind a cell of a confusion matrix.</summary>
/// <param name="Id">In its dataset version.</param>
/// <param name="Probability">Of the answer, at temperature 1.</param>
public sealed record SampleOfCell(string Id, double Probability);
