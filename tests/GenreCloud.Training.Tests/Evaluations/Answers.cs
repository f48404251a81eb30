using GenreCloud.Training.Evaluations;

namespace GenreCloud.Training.Tests.Evaluations;

/// <summary>Answers of an imagined network.</summary>
internal static class Answers
{
    /// <summary>An answer to one of two classes with the given probability of the first one.</summary>
    public static AnsweredSample OfTwo(int label, double probabilityOfFirst, int group = 0, string id = "sample") =>
        new(id, label, group, [(float)Math.Log(probabilityOfFirst), (float)Math.Log(1 - probabilityOfFirst)]);

    /// <summary>
    /// A network whose logits are right when they are divided by <paramref name="temperature"/>: each label is drawn with just those probabilities.
    /// </summary>
    public static AnsweredSample[] Drawn(int count, int classes, double temperature, int groups, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(index =>
        {
            double[] truth = [.. Enumerable.Range(0, classes).Select(_ => 4 * random.NextDouble())];
            return new AnsweredSample($"{index:d5}", Draw(truth), index % groups, [.. truth.Select(logit => (float)(logit * temperature))]);
        })];

        int Draw(double[] logits)
        {
            var left = random.NextDouble() * logits.Sum(Math.Exp);
            var index = 0;
            while (index < classes - 1 && (left -= Math.Exp(logits[index])) > 0)
            {
                index++;
            }

            return index;
        }
    }
}
