namespace GenreCloud.Benchmarks.Accuracy;

/// <summary>What a dataset's study may train.</summary>
/// <param name="Reference">The recipe that the others are compared with: the source project's own network for such data.</param>
/// <param name="All">In the order of the table.</param>
internal sealed record RecipeList(string Reference, IReadOnlyList<Recipe> All);
