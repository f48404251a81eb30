using GenreCloud.Registry;

namespace GenreCloud.Training.Evaluations;

/// <summary>Judges a network by what it answered to samples that it did not learn from.</summary>
internal static class Evaluation
{
    /// <summary>Samples that the report names.</summary>
    public const int WorstSamples = 20;

    /// <param name="samples">At least one.</param>
    /// <param name="labels">One a class.</param>
    /// <param name="majorityClass">The class that the baseline always answers.</param>
    /// <param name="seed">Of what is drawn by chance: the interval's resamples and the calibration's parts.</param>
    /// <param name="temperature">What the model divides its logits by; null for a network that has none yet: it is sought then.</param>
    /// <exception cref="EvaluationException">An answer is not finite.</exception>
    public static EvaluationReport Of(IReadOnlyList<AnsweredSample> samples, IReadOnlyList<string> labels, int majorityClass, int seed, double? temperature = null)
    {
        ArgumentOutOfRangeException.ThrowIfZero(samples.Count);
        if (samples.FirstOrDefault(sample => !Array.TrueForAll(sample.Logits, float.IsFinite)) is { } sample)
        {
            throw new EvaluationException(
                $"The network answers the sample '{sample.Id}' with a number that is not finite: it cannot be used. If it was trained here, train it with a smaller learning rate.");
        }

        var matrix = Enumerable.Range(0, labels.Count).Select(_ => new int[labels.Count]).ToArray();
        foreach (var answered in samples)
        {
            matrix[answered.Label][answered.Answer]++;
        }

        return new EvaluationReport
        {
            Loss = samples.Average(answered => answered.Loss(temperature: 1)),
            Top1Interval = ArtistBootstrap.Top1(samples, seed),
            Top3 = Top(3),
            Top5 = Top(5),
            MajorityBaseline = ShareOf(answered => answered.Label == majorityClass),
            ConfusionMatrix = matrix,
            Calibration = temperature is { } given ? Calibration.At(samples, given) : Calibration.Of(samples, seed),
            WorstSamples =
            [
                .. samples.Select(answered => (Sample: answered, Loss: answered.Loss(temperature: 1)))
                    .OrderByDescending(answered => answered.Loss).ThenBy(answered => answered.Sample.Id, StringComparer.Ordinal)
                    .Take(WorstSamples)
                    .Select(answered => new SampleLoss(
                        answered.Sample.Id, labels[answered.Sample.Label], labels[answered.Sample.Answer], Math.Exp(-answered.Loss), answered.Loss)),
            ],
        };

        double Top(int count) => ShareOf(answered => answered.Rank < count);

        double ShareOf(Func<AnsweredSample, bool> condition) => (double)samples.Count(condition) / samples.Count;
    }
}
