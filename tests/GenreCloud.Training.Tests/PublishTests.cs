using GenreCloud.Testing;

namespace GenreCloud.Training.Tests;

public sealed class PublishTests
{
    [Fact]
    public async Task What_is_published_can_load_libtorch()
    {
        // The build of the service that these tests run beside is the one that is published.
        var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory))
            .Equals("release", StringComparison.OrdinalIgnoreCase) ? "Release" : "Debug";
        var folder = Directory.CreateTempSubdirectory("genrecloud-publish-");
        try
        {
            var project = Path.Combine(RepositoryRoot.Path, "src", "GenreCloud.Training");
            await using var publish = ServiceProcess.Start(
                "dotnet",
                ["publish", project, "-c", configuration, "--no-build", "-o", folder.FullName, "--nologo"],
                ("MSBUILDDISABLENODEREUSE", "1"));
            (await publish.WaitForExitAsync(TestContext.Current.CancellationToken)).ShouldBe(0, publish.Output);

            var executable = Path.Combine(folder.FullName, Path.GetFileName(ServiceProcess.ExecutableOf("GenreCloud.Training")));
            await using var check = ServiceProcess.Start(executable, ["run"]);

            (await check.WaitForExitAsync(TestContext.Current.CancellationToken)).ShouldBe(0, check.Output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
