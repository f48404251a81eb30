namespace GenreCloud.AppHost.Commands;

/// <summary>The dataset that comes with the repository.</summary>
internal static class Sample
{
    /// <summary>The dataset's name, and that of the model trained on it; the same as the demo of Standalone uses.</summary>
    public const string Name = "genres-sample";

    public static string FindZip(string appHostDirectory) =>
        Path.GetFullPath(Path.Combine(appHostDirectory, "..", "..", "samples", $"{Name}.zip"));
}
