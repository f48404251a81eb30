using System.Text.Json.Nodes;

namespace GenreCloud.Benchmarks.Accuracy;

/// <summary>The networks of a recipe with one seed, one for each fold.</summary>
/// <param name="Split">How folds are made: by artist or by track.</param>
internal sealed record Experiment(Recipe Recipe, StudyDataset Dataset, string Split, int Folds, int Seed)
{
    /// <summary>The body of <c>POST /api/sweeps</c>.</summary>
    /// <param name="version">Of the dataset, as it was imported.</param>
    public JsonObject Request(int version)
    {
        var run = Recipe.Run.DeepClone().AsObject();
        run["dataset"] = Dataset.Name;
        run["version"] = version;
        run["seed"] = Seed;
        run["split"] = new JsonObject { ["kind"] = Split };
        if (Recipe.StartsFrom is { } start)
        {
            run["startFrom"] = new JsonObject { ["model"] = start, ["version"] = 1 };
        }

        return new JsonObject { ["run"] = run, ["folds"] = Folds };
    }
}
