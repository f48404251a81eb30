using GenreCloud.Datasets.Batches;
using GenreCloud.Registry;

namespace GenreCloud.Training.Evaluations;

/// <summary>Measures whether a network's confidence can be believed, and finds the temperature that makes it more believable.</summary>
internal static class Calibration
{
    /// <summary>As many as Guo et al. (2017) use.</summary>
    public const int Bins = 15;

    /// <summary>With fewer samples a temperature would say more about them than about the network.</summary>
    public const int FewestSamples = 30;

    /// <param name="samples">At least one.</param>
    /// <param name="seed">Of the halves that the temperature is checked with.</param>
    public static CalibrationReport Of(IReadOnlyList<AnsweredSample> samples, int seed)
    {
        var before = Measure([.. samples.Select(sample => (sample, 1.0))]);
        if (samples.Count < FewestSamples)
        {
            return Unscaled($"A temperature takes {FewestSamples} samples, and there are {samples.Count}.");
        }

        var (first, second) = Halve(samples, seed);
        if (second.Count == 0)
        {
            return Unscaled("All samples are of the same artists: there are no others to check a temperature with.");
        }

        if (TemperatureFit.Fit(samples) is not { } temperature
            || TemperatureFit.Fit(first) is not { } temperatureOfFirst
            || TemperatureFit.Fit(second) is not { } temperatureOfSecond)
        {
            return Unscaled(FormattableString.Invariant(
                $"The samples determine no temperature between {TemperatureFit.Lowest} and {TemperatureFit.Highest}."));
        }

        var after = Measure([.. first.Select(sample => (sample, temperatureOfSecond)), .. second.Select(sample => (sample, temperatureOfFirst))]);
        return after.Loss < before.Loss
            ? new CalibrationReport { Temperature = temperature, Before = before, After = after }
            : Unscaled("A temperature does not lessen the loss on artists that it was not fitted to.");

        CalibrationReport Unscaled(string reason) => new() { Temperature = 1, UnscaledReason = reason, Before = before };
    }

    /// <summary>Measures answers, each at a temperature of its own.</summary>
    /// <param name="answers">At least one.</param>
    public static Reliability Measure(IReadOnlyList<(AnsweredSample Sample, double Temperature)> answers)
    {
        var confidences = new double[Bins];
        var right = new int[Bins];
        var samples = new int[Bins];
        foreach (var (sample, temperature) in answers)
        {
            var confidence = sample.Confidence(temperature);
            var bin = Math.Clamp((int)Math.Ceiling(confidence * Bins) - 1, 0, Bins - 1);
            confidences[bin] += confidence;
            right[bin] += sample.IsRight ? 1 : 0;
            samples[bin]++;
        }

        return new Reliability(
            Enumerable.Range(0, Bins).Sum(bin => Math.Abs(right[bin] - confidences[bin])) / answers.Count,
            answers.Average(answer => answer.Sample.Loss(answer.Temperature)),
            [
                .. Enumerable.Range(0, Bins).Select(bin => samples[bin] == 0
                    ? new ReliabilityBin(0, null, null)
                    : new ReliabilityBin(samples[bin], confidences[bin] / samples[bin], (double)right[bin] / samples[bin])),
            ]);
    }

    /// <summary>Deals whole groups to two halves in a random order, each to the half that has fewer samples so far; the second is empty for one group.</summary>
    internal static (List<AnsweredSample> First, List<AnsweredSample> Second) Halve(IReadOnlyList<AnsweredSample> samples, int seed)
    {
        var random = new SplitMix64((ulong)seed);
        var (first, second) = (new List<AnsweredSample>(), new List<AnsweredSample>());
        foreach (var group in samples.GroupBy(sample => sample.Group).Select(group => (Draw: random.Next(), Samples: group)).OrderBy(group => group.Draw))
        {
            (second.Count < first.Count ? second : first).AddRange(group.Samples);
        }

        return (first, second);
    }
}
