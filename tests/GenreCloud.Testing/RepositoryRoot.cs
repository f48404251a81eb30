namespace GenreCloud.Testing;

/// <summary>The checkout that the tests were built in.</summary>
public static class RepositoryRoot
{
    /// <summary>The folder that holds GenreCloud.sln.</summary>
    public static string Path { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "GenreCloud.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No folder above '{AppContext.BaseDirectory}' holds GenreCloud.sln.");
    }
}
