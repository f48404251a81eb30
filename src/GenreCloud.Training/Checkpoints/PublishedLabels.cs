using GenreCloud.Modeling;

namespace GenreCloud.Training.Checkpoints;

/// <summary>
/// The classes of the checkpoints that the source project published, which do not name them: its labels in alphabetical order. A checkpoint
/// of that architecture and that many classes has them unless its sender says otherwise.
/// </summary>
internal static class PublishedLabels
{
    /// <summary>Of <c>crnn</c>: the genres dataset's.</summary>
    private static readonly string[] Genres = ["classical", "folk", "house", "jazz", "metal", "pop", "r&b", "rap", "rock", "techno"];

    /// <summary>Of <c>crnn-tabular</c>: what the metal dataset has after its labels were merged and dropped.</summary>
    private static readonly string[] Metal =
    [
        "black metal", "death metal", "deathcore", "doom metal", "folk metal", "glam metal", "grindcore", "hard rock", "hardcore", "industrial metal",
        "melodic death metal", "metalcore", "nu metal", "power metal", "progressive metal", "punk", "screamo", "stoner rock", "symphonic metal", "thrash metal",
    ];

    /// <returns>Null for a checkpoint that cannot be one of those.</returns>
    public static IReadOnlyList<string>? Find(string architecture, int classes) => architecture switch
    {
        Crnn.ArchitectureName when classes == Genres.Length => Genres,
        CrnnTabular.ArchitectureName when classes == Metal.Length => Metal,
        _ => null,
    };
}
