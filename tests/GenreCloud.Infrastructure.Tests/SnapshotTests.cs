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

        var (actualLines, reviewedLines) = (actual.Split('\n'), reviewed.Split('\n'));
        var same = actualLines.Zip(reviewedLines).TakeWhile(lines => lines.First == lines.Second).Count();
        if (same < Math.Max(actualLines.Length, reviewedLines.Length))
        {
            Assert.Fail($"""
                Snapshots/{name}.json differs from line {same + 1} on.
                Reviewed: {Excerpt(reviewedLines, same)}
                Now:      {Excerpt(actualLines, same)}
                If this is meant, run the tests with UPDATE_SNAPSHOTS=true and review the change.
                """);
        }

        static string Excerpt(string[] lines, int at) => string.Join(' ', lines.Skip(Math.Max(0, at - 2)).Take(6).Select(line => line.Trim()));
    }

    [Fact]
    public void Every_committed_snapshot_is_compared() =>
        Directory.EnumerateFiles(Folder).Select(Path.GetFileNameWithoutExtension).ShouldBeSubsetOf([.. Names.Select(row => row.Data)]);
}
