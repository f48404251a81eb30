using GenreCloud.Registry;

namespace GenreCloud.Training.Evaluations;

/// <summary>
/// Chooses the probability below which a network's answers are better called unsure: where "unsure" and "wrong" fall together most often. That is the optimum of
/// Chow ("On optimum recognition error and reject tradeoff", 1970) for a doubt that costs half an error, and 1/2 for a network that is perfectly calibrated.
/// </summary>
internal static class UnsureFit
{
    private const string Rule =
        "The probability that parts right answers from wrong ones best on held-back samples: the fewest wrong answers above it and right ones below it together (Chow 1970, a doubt costs half an error).";

    /// <summary>What a perfectly calibrated network would have.</summary>
    private const double Ideal = 0.5;

    /// <summary>Chooses the threshold, and measures it on artists that it was not chosen by.</summary>
    /// <param name="samples">At least one.</param>
    /// <param name="temperature">What the model divides its logits by.</param>
    /// <param name="seed">Of the parts that it is measured with.</param>
    /// <returns>Null where the samples are too few, or of the same artists, as for a temperature.</returns>
    public static UnsureThreshold? Of(IReadOnlyList<AnsweredSample> samples, double temperature, int seed)
    {
        var parts = Calibration.Divide(samples, seed);
        if (samples.Count < Calibration.FewestSamples || parts.Count < 2)
        {
            return null;
        }

        var answers = parts
            .SelectMany(part =>
            {
                var ofOthers = Choose([.. parts.Where(other => other != part).SelectMany(other => other)], temperature);
                return part.Select(sample => (IsSure: sample.Confidence(temperature) >= ofOthers, sample.IsRight));
            })
            .ToLookup(answer => answer.IsSure, answer => answer.IsRight);
        return new UnsureThreshold
        {
            Probability = Choose(samples, temperature),
            Rule = Rule,
            Samples = samples.Count,
            SureShare = (double)answers[true].Count() / samples.Count,
            SureTop1 = ShareOfRight(answers[true]),
            UnsureTop1 = ShareOfRight(answers[false]),
        };
    }

    /// <summary>The threshold with the fewest wrong answers at or above it and right ones below it; of equally good ones the nearest to <see cref="Ideal"/>.</summary>
    internal static double Choose(IReadOnlyList<AnsweredSample> samples, double temperature)
    {
        var answers = samples.Select(sample => (Confidence: sample.Confidence(temperature), sample.IsRight)).OrderBy(answer => answer.Confidence).ToArray();

        // At 0 no answer is unsure.
        var errors = answers.Count(answer => !answer.IsRight);
        var (best, threshold) = (errors, 0.0);
        for (var below = 1; below <= answers.Length; below++)
        {
            errors += answers[below - 1].IsRight ? 1 : -1;
            if (below < answers.Length && answers[below].Confidence == answers[below - 1].Confidence)
            {
                continue;
            }

            var between = below == answers.Length ? 1 : (answers[below - 1].Confidence + answers[below].Confidence) / 2;
            if (errors < best || (errors == best && Math.Abs(between - Ideal) < Math.Abs(threshold - Ideal)))
            {
                (best, threshold) = (errors, between);
            }
        }

        return threshold;
    }

    private static double? ShareOfRight(IEnumerable<bool> answers) => answers.Any() ? answers.Average(isRight => isRight ? 1.0 : 0) : null;
}
