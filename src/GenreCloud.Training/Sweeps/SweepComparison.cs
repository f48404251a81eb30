using System.Text.Json.Nodes;
using GenreCloud.Registry;
using GenreCloud.Training.Evaluations;

namespace GenreCloud.Training.Sweeps;

/// <summary>Two candidates of a sweep on the same spectrograms, each held back from the networks that answer it.</summary>
/// <param name="First">One candidate.</param>
/// <param name="Second">The other.</param>
/// <param name="Samples">Spectrograms that both answered.</param>
/// <param name="Top1Difference">The first's top-1 share less the second's.</param>
/// <param name="Interval">Where that is likely to lie for other artists: paired, by groups of artists. Null where there are fewer than two.</param>
public sealed record SweepComparison(
    ComparedCandidate First, ComparedCandidate Second, int Samples, double Top1Difference, ConfidenceInterval? Interval)
{
    /// <summary>Of the interval's resamples: the same answers give the same interval.</summary>
    private const int Seed = 1;

    /// <param name="first">One candidate with all its answers.</param>
    /// <param name="second">The other.</param>
    /// <returns>Null where they have no spectrogram in common.</returns>
    internal static SweepComparison? Of(
        (int Index, JsonObject Parameters, IReadOnlyList<AnsweredSample> Answers) first,
        (int Index, JsonObject Parameters, IReadOnlyList<AnsweredSample> Answers) second)
    {
        var pairs = first.Answers.Join(second.Answers, answer => answer.Id, answer => answer.Id, (one, other) => (First: one, Second: other)).ToArray();
        if (pairs.Length == 0)
        {
            return null;
        }

        var (ofFirst, ofSecond) = (pairs.Count(pair => pair.First.IsRight), pairs.Count(pair => pair.Second.IsRight));
        return new SweepComparison(
            new ComparedCandidate(first.Index, first.Parameters, (double)ofFirst / pairs.Length),
            new ComparedCandidate(second.Index, second.Parameters, (double)ofSecond / pairs.Length),
            pairs.Length,
            (double)(ofFirst - ofSecond) / pairs.Length,
            ArtistBootstrap.Top1Difference(pairs, Seed));
    }
}

/// <summary>A candidate in a comparison.</summary>
/// <param name="Candidate">Its place in the sweep, from 0.</param>
/// <param name="Parameters">What sets it apart.</param>
/// <param name="Top1">Over the spectrograms that both answered.</param>
public sealed record ComparedCandidate(int Candidate, JsonObject Parameters, double Top1);
