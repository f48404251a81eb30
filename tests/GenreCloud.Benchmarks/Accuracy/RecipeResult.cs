namespace GenreCloud.Benchmarks.Accuracy;

/// <summary>What the networks of a recipe answered to a whole dataset, each sample once a seed.</summary>
/// <param name="Top1">Share of right answers, mean over the seeds, 0 to 1.</param>
/// <param name="Top3">Share with the label among the three most probable.</param>
/// <param name="MacroF1">Mean over the labels, and over the seeds.</param>
/// <param name="Rights">Of each sample, in the order of <see cref="SeedAnswers.Samples"/>: the group of its artists, and the share of the seeds that were right.</param>
internal sealed record RecipeResult(double Top1, double Top3, double MacroF1, IReadOnlyList<(int Group, double Value)> Rights)
{
    /// <param name="seeds">The answers of each seed, to the same samples in the same folds.</param>
    public static RecipeResult Of(IReadOnlyList<SeedAnswers> seeds) => new(
        seeds.Average(seed => seed.Samples.Average(sample => sample.IsRight ? 1.0 : 0)),
        seeds.Average(seed => seed.Samples.Average(sample => sample.Top3.Contains(sample.Label) ? 1.0 : 0)),
        seeds.Average(seed => MeanF1(seed.Samples)),
        [.. seeds[0].Samples.Select((sample, place) => (sample.Group, seeds.Average(seed => seed.Samples[place].IsRight ? 1.0 : 0)))]);

    /// <summary>Sample by sample: what is hard for both tells nothing.</summary>
    public IReadOnlyList<(int Group, double Value)> DifferencesTo(RecipeResult other) =>
        [.. Rights.Zip(other.Rights, (right, same) => (right.Group, right.Value - same.Value))];

    private static double MeanF1(IReadOnlyList<StudyAnswer> samples) => samples.Select(sample => sample.Label).Distinct().Average(label =>
        2.0 * samples.Count(sample => sample.Label == label && sample.IsRight)
        / (samples.Count(sample => sample.Label == label) + samples.Count(sample => sample.Answer == label)));
}
