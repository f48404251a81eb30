using GenreCloud.Testing;

namespace GenreCloud.Infrastructure.Tests;

public sealed class SnapshotTests(Deployments deployments)
{
    private static readonly string Folder = Path.Combine(RepositoryRoot.Path, "tests", "GenreCloud.Infrastructure.Tests", "Snapshots");

    public static TheoryData<string> Names => Deployments.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task What_is_deployed_is_what_was_reviewed(string name)
    {
        var actual = deployments[name].ToString();
        var file = Path.Combine(Folder, $"{name}.json");
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "true")
        {
            await File.WriteAllTextAsync(file, actual, TestContext.Current.CancellationToken);
        }

        var reviewed = File.Exists(file) ? await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken) : "";

        actual.ShouldBe(reviewed, $"If this is meant, run the tests with UPDATE_SNAPSHOTS=true and review the change of Snapshots/{name}.json.");
    }

    [Fact]
    public void Every_committed_snapshot_is_compared() =>
        Directory.EnumerateFiles(Folder).Select(Path.GetFileNameWithoutExtension).ShouldBeSubsetOf([.. Names.Select(row => row.Data)]);
}
