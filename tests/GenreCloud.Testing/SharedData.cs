using Xunit;

namespace GenreCloud.Testing;

/// <summary>The real data sets beside the checkout, <c>../shared/data</c>; they are not part of the repository.</summary>
public static class SharedData
{
    public static string Directory { get; } = Path.GetFullPath(Path.Combine(RepositoryRoot.Path, "..", "shared", "data"));

    /// <summary>
    /// The path of a file or folder of the shared data. Absent: the test fails where the environment has CI=true, and is
    /// skipped with the reason elsewhere.
    /// </summary>
    /// <param name="name">Relative to the data folder: "genres-train.zip", "golden/x.png"; empty for the folder itself.</param>
    public static string Require(string name = "")
    {
        var path = Path.Combine(Directory, name);
        if (!Path.Exists(path))
        {
            var reason = $"The shared test data '{path}' is absent.";
            if (string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase))
            {
                Assert.Fail(reason);
            }

            Assert.Skip(reason);
        }

        return path;
    }
}
