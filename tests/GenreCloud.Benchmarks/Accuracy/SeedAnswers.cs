namespace GenreCloud.Benchmarks.Accuracy;

/// <summary>What the networks of a recipe with one seed answered, the folds together.</summary>
/// <param name="Samples">Every sample of the dataset once, by fold, then by id.</param>
internal sealed record SeedAnswers(IReadOnlyList<StudyAnswer> Samples)
{
    /// <summary>
    /// What one gets who chooses among recipes without a look at what they are then asked: for each fold the recipe that is right most often about the artists of all
    /// other folds. The best of several recipes by all answers is better than the same recipe on new artists, because what was luck counts as well.
    /// </summary>
    /// <param name="recipes">[recipe][seed].</param>
    /// <returns>The answers of each seed, and the recipe of each fold.</returns>
    public static (IReadOnlyList<SeedAnswers> Seeds, IReadOnlyList<int> Chosen) Choose(IReadOnlyList<IReadOnlyList<SeedAnswers>> recipes)
    {
        int[] chosen = [.. recipes[0][0].Samples.Select(sample => sample.Fold).Distinct()
            .Select(fold => recipes.Index().MaxBy(recipe => recipe.Item.Average(seed => seed.RightOutside(fold))).Index)];
        return (
            [.. recipes[0].Select((answers, seed) => new SeedAnswers(
                [.. answers.Samples.Select((sample, place) => recipes[chosen[sample.Fold - 1]][seed].Samples[place])]))],
            chosen);
    }

    private double RightOutside(int fold) => Samples.Where(sample => sample.Fold != fold).Average(sample => sample.IsRight ? 1.0 : 0);
}
