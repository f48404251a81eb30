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

    /// <summary>
    /// Parts of the cross-fit, where there are as many groups of artists: most of the samples fit each temperature, so that it is nearly as
    /// good as the one that is used in the end, which all of them fit.
    /// </summary>
    public const int MostParts = 5;

    /// <summary>Finds the temperature, and proves it on artists that it was not fitted to.</summary>
    /// <param name="samples">At least one.</param>
    /// <param name="seed">Of the parts that the temperature is checked with.</param>
    public static CalibrationReport Of(IReadOnlyList<AnsweredSample> samples, int seed)
    {
        var before = Measure(samples, temperature: 1);
        if (samples.Count < FewestSamples)
        {
            return Unscaled($"A temperature takes {FewestSamples} samples, and there are {samples.Count}.");
        }

        var parts = Divide(samples, seed);
        if (parts.Count < 2)
        {
            return Unscaled("All samples are of the same artists: there are no others to check a temperature with.");
        }

        var temperature = TemperatureFit.Fit(samples);
        double?[] temperatureOfOthers = [.. parts.Select(part => TemperatureFit.Fit([.. parts.Where(other => other != part).SelectMany(other => other)]))];
        if (temperature is null || temperatureOfOthers.Contains(null))
        {
            return Unscaled(FormattableString.Invariant(
                $"The samples determine no temperature between {TemperatureFit.Lowest} and {TemperatureFit.Highest}."));
        }

        var after = Measure([.. parts.Zip(temperatureOfOthers).SelectMany(part => part.First.Select(sample => (sample, part.Second!.Value)))]);
        return after.Loss < before.Loss
            ? new CalibrationReport { Temperature = temperature.Value, Before = before, After = after }
            : Unscaled("A temperature does not lessen the loss on artists that it was not fitted to.");

        CalibrationReport Unscaled(string reason) => new() { Temperature = 1, UnscaledReason = reason, Before = before };
    }

    /// <summary>Measures a model that has its temperature already, at 1 and as it answers.</summary>
    /// <param name="samples">At least one.</param>
    /// <param name="temperature">What the model's graph divides the logits by.</param>
    public static CalibrationReport At(IReadOnlyList<AnsweredSample> samples, double temperature) => new()
    {
        Temperature = temperature,
        UnscaledReason = temperature == 1 ? "The model has none." : null,
        Before = Measure(samples, temperature: 1),
        After = temperature == 1 ? null : Measure(samples, temperature),
    };

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

    /// <summary>
    /// Deals whole groups to <see cref="MostParts"/> parts, or as many as there are groups, in a random order, each to the part that has the fewest
    /// samples so far.
    /// </summary>
    internal static IReadOnlyList<IReadOnlyList<AnsweredSample>> Divide(IReadOnlyList<AnsweredSample> samples, int seed)
    {
        var random = new SplitMix64((ulong)seed);
        var groups = samples.GroupBy(sample => sample.Group).OrderBy(group => group.Key)
            .Select(group => (Draw: random.Next(), Samples: group)).OrderBy(group => group.Draw).ToArray();
        List<AnsweredSample>[] parts = [.. Enumerable.Range(0, Math.Min(groups.Length, MostParts)).Select(_ => new List<AnsweredSample>())];
        foreach (var (_, group) in groups)
        {
            parts.MinBy(part => part.Count)!.AddRange(group);
        }

        return parts;
    }

    private static Reliability Measure(IReadOnlyList<AnsweredSample> samples, double temperature) =>
        Measure([.. samples.Select(sample => (sample, temperature))]);
}
