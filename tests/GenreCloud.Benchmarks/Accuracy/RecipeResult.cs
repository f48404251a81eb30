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

    /// <param name="seeds">The answers of each seed, to the same samples in the same folds.</param>
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
/// <param name="Folds">What each fold held back: every sample of the dataset in one of them.</param>
/// <param name="SecondsARun">Of its epochs, with their validation.</param>
internal sealed record SeedAnswers(IReadOnlyList<IReadOnlyList<AnsweredSample>> Folds, double SecondsARun)
{
    /// <summary>Every sample of the dataset once.</summary>
    public IReadOnlyList<AnsweredSample> Samples { get; } = [.. Folds.SelectMany(fold => fold)];

    /// <summary>
    /// What one gets who chooses among recipes without a look at what they are then asked: for each fold the recipe that is right most often about the artists of all
    /// other folds. The best of several recipes by all answers is better than the same recipe on new artists, because what was luck counts as well.
    /// </summary>
    /// <param name="recipes">[recipe][seed].</param>
    /// <returns>The answers of each seed, and the recipe of each fold.</returns>
    public static (IReadOnlyList<SeedAnswers> Seeds, IReadOnlyList<int> Chosen) Choose(IReadOnlyList<IReadOnlyList<SeedAnswers>> recipes)
    {
        int[] chosen = [.. recipes[0][0].Folds.Select((_, fold) => recipes.Index().MaxBy(recipe => recipe.Item.Average(seed => seed.RightOutside(fold))).Index)];
        return (
            [.. recipes[0].Select((_, seed) => new SeedAnswers(
                [.. chosen.Select((recipe, fold) => recipes[recipe][seed].Folds[fold])], chosen.Average(recipe => recipes[recipe][seed].SecondsARun)))],
            chosen);
    }

    private double RightOutside(int fold) => Folds.Where((_, other) => other != fold).SelectMany(samples => samples).Average(sample => sample.IsRight ? 1.0 : 0);
}
