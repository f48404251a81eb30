namespace GenreCloud.Benchmarks.Accuracy;

/// <summary>A checkpoint that the source project published, to start from.</summary>
/// <param name="Model">The model that it is registered as.</param>
/// <param name="File">Its name in the folder of <c>--checkpoints</c>.</param>
/// <param name="Architecture">What it was trained with.</param>
internal sealed record PublishedCheckpoint(string Model, string File, string Architecture)
{
    public static PublishedCheckpoint Genres { get; } = new("published-genres", "crnn_genre_model.pth", "crnn");

    public static PublishedCheckpoint Metal { get; } = new("published-metal", "crnn_concat_metal_model.pth", "crnn-tabular");

    public static PublishedCheckpoint Of(string model) => model == Genres.Model ? Genres : Metal;
}
