using GenreCloud.Training.Evaluations;

namespace GenreCloud.Benchmarks.Accuracy;

/// <summary>What the networks of a recipe answered to a whole dataset, each sample once a seed.</summary>
/// <param name="Top1">Share of right answers, mean over the seeds, 0 to 1.</param>
/// <param name="Top3">Share with the label among the three most probable.</param>
/// <param name="MacroF1">Mean over the labels, and over the seeds.</param>
/// <param name="SecondsARun">Of its epochs, with their validation.</param>
/// <param name="Samples">By id: the group of its artist, and the share of the seeds that were right.</param>
internal sealed record RecipeResult(
    double Top1, double Top3, double MacroF1, double SecondsARun, IReadOnlyDictionary<string, (int Group, double Right)> Samples)
{
    /// <summary>For an interval over artists.</summary>
    public IReadOnlyList<(int Group, double Value)> Rights => [.. Samples.Values.Select(sample => (sample.Group, sample.Right))];

    /// <param name="seeds">The answers of each seed, to the same samples.</param>
    public static RecipeResult Of(IReadOnlyList<SeedAnswers> seeds) => new(
        seeds.Average(seed => seed.Samples.Average(sample => sample.IsRight ? 1.0 : 0)),
        seeds.Average(seed => seed.Samples.Average(sample => sample.Rank < 3 ? 1.0 : 0)),
        seeds.Average(seed => MeanF1(seed.Samples)),
        seeds.Average(seed => seed.SecondsARun),
        seeds.SelectMany(seed => seed.Samples).GroupBy(sample => sample.Id).ToDictionary(
            answers => answers.Key, answers => (answers.First().Group, answers.Average(answer => answer.IsRight ? 1.0 : 0)), StringComparer.Ordinal));

    /// <summary>Sample by sample: what is hard for both tells nothing.</summary>
    public IReadOnlyList<(int Group, double Value)> DifferencesTo(RecipeResult other) =>
        [.. Samples.Select(sample => (sample.Value.Group, sample.Value.Right - other.Samples[sample.Key].Right))];

    private static double MeanF1(IReadOnlyList<AnsweredSample> samples) => samples.Select(sample => sample.Label).Distinct().Average(label =>
        2.0 * samples.Count(sample => sample.Label == label && sample.IsRight)
        / (samples.Count(sample => sample.Label == label) + samples.Count(sample => sample.Answer == label)));
}

/// <summary>What the networks of a recipe with one seed answered, the folds together.</summary>
/// <param name="Samples">Every sample of the dataset once.</param>
/// <param name="SecondsARun">Of its epochs, with their validation.</param>
internal sealed record SeedAnswers(IReadOnlyList<AnsweredSample> Samples, double SecondsARun);
