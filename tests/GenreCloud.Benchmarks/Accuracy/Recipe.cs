using System.Text.Json.Nodes;

namespace GenreCloud.Benchmarks.Accuracy;

/// <summary>How a network is trained in the study.</summary>
/// <param name="Name">Its row in the table, and the model that its runs would register.</param>
/// <param name="StartsFrom">The published checkpoint that it starts from, as a model of <see cref="StudySystem"/>; null for weights drawn from the seed.</param>
/// <param name="Run">What the body of <c>POST /api/runs</c> has beside the dataset.</param>
/// <remarks>What is scored is the last epoch of each run, never the best one.</remarks>
internal sealed record Recipe(string Name, string? StartsFrom, JsonObject Run)
{
    /// <summary>For the ten genres.</summary>
    public static RecipeList Genres { get; } = new(
        "crnn",
        [
            new("linear", null, new JsonObject { ["architecture"] = "linear", ["epochs"] = 60, ["learningRate"] = 0.01 }),
            new("crnn", null, new JsonObject { ["architecture"] = "crnn", ["epochs"] = 10, ["learningRate"] = 0.0014 }),
            new("crnn-strided", null, new JsonObject { ["architecture"] = "crnn-strided", ["epochs"] = 20, ["learningRate"] = 0.0014 }),
            new("crnn-strided-augmented", null, new JsonObject { ["architecture"] = "crnn-strided", ["epochs"] = 28, ["learningRate"] = 0.0014, ["augmentation"] = Augmented() }),
            new("crnn-finetuned", PublishedCheckpoint.Genres.Model, new JsonObject { ["architecture"] = "crnn", ["epochs"] = 6, ["learningRate"] = 0.0005 }),
            new("crnn-strided-finetuned", PublishedCheckpoint.Genres.Model, new JsonObject { ["architecture"] = "crnn-strided", ["epochs"] = 10, ["learningRate"] = 0.001 }),
            new(
                "crnn-strided-finetuned-augmented",
                PublishedCheckpoint.Genres.Model,
                new JsonObject { ["architecture"] = "crnn-strided", ["epochs"] = 24, ["learningRate"] = 0.001, ["augmentation"] = Augmented() }),
        ]);

    /// <summary>For the metal subgenres, with tabular features that some samples lack.</summary>
    public static RecipeList Metal { get; } = new(
        "crnn-tabular",
        [
            new("linear", null, new JsonObject { ["architecture"] = "linear", ["epochs"] = 60, ["learningRate"] = 0.01 }),
            new("crnn", null, new JsonObject { ["architecture"] = "crnn", ["epochs"] = 30, ["learningRate"] = 0.0014 }),
            new("crnn-tabular", null, new JsonObject { ["architecture"] = "crnn-tabular", ["epochs"] = 30, ["learningRate"] = 0.0014 }),
            new("crnn-tabular-finetuned", PublishedCheckpoint.Metal.Model, new JsonObject { ["architecture"] = "crnn-tabular", ["epochs"] = 15, ["learningRate"] = 0.0005 }),
            new("crnn-strided-finetuned", PublishedCheckpoint.Genres.Model, new JsonObject { ["architecture"] = "crnn-strided", ["epochs"] = 20, ["learningRate"] = 0.001 }),
        ]);

    /// <summary>Masks of time and frequency, any roll, and mixup.</summary>
    private static JsonObject Augmented() => new() { ["timeMasks"] = 2, ["frequencyMasks"] = 2, ["timeShiftFrames"] = 646, ["mixupAlpha"] = 0.2 };

    /// <summary>What it is computed in, once that is chosen.</summary>
    public string? Precision => (string?)Run["precision"];

    /// <summary>The same, computed in a precision.</summary>
    public Recipe In(string precision)
    {
        var run = Run.DeepClone().AsObject();
        run["precision"] = precision;
        return this with { Run = run };
    }
}
