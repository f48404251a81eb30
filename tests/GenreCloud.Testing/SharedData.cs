namespace GenreCloud.Testing;

/// <summary>
/// The real data sets and the published weights beside the checkout, <c>../shared/data</c> and <c>../shared/weights</c>; they are not part
/// of the repository.
/// </summary>
public static class SharedData
{
    public static string Directory { get; } = Path.GetFullPath(Path.Combine(RepositoryRoot.Path, "..", "shared", "data"));

    public static string WeightsDirectory { get; } = Path.GetFullPath(Path.Combine(RepositoryRoot.Path, "..", "shared", "weights"));

    /// <summary>
    /// The path of a file or folder of the shared data. Absent: the test fails where the environment has CI=true, and is
    /// skipped with the reason elsewhere.
    /// </summary>
    /// <param name="name">Relative to the data folder: "genres-train.zip", "golden/x.png"; empty for the folder itself.</param>
    public static string Require(string name = "") => RequirePath(Path.Combine(Directory, name));

    /// <summary>The path of a file of the published weights; absent, as <see cref="Require"/>.</summary>
    /// <param name="name">Relative to the weights' folder: "crnn_genre_model.pth".</param>
    public static string RequireWeights(string name) => RequirePath(Path.Combine(WeightsDirectory, name));

    private static string RequirePath(string path)
    {
        if (!Path.Exists(path))
        {
            Prerequisite.Missing($"The shared test data '{path}' is absent.");
        }

        return path;
    }
}
