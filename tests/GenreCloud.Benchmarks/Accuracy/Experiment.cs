using System.Text.Json.Nodes;

namespace GenreCloud.Benchmarks.Accuracy;

/// <summary>The networks of a recipe with one seed, one for each fold.</summary>
/// <param name="Split">How folds are made: by artist or by track.</param>
internal sealed record Experiment(Recipe Recipe, StudyDataset Dataset, string Split, int Folds, int Seed)
{
    /// <summary>The body of <c>POST /api/runs</c>, for a network that answers one fold, counted from 1, and learns from the others.</summary>
    public JsonObject Request(int fold)
    {
        var run = Recipe.Run.DeepClone().AsObject();
        run["dataset"] = Dataset.Name;
        run["seed"] = Seed;
        run["split"] = new JsonObject { ["kind"] = Split, ["folds"] = Folds, ["fold"] = fold };
        run["register"] = false;
        if (Recipe.StartsFrom is { } start)
        {
            run["startFrom"] = new JsonObject { ["model"] = start };
        }

        return run;
    }
}
