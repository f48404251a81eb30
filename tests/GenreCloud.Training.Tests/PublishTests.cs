using GenreCloud.Testing;
using GenreCloud.Training.Runs;

namespace GenreCloud.Training.Tests;

public sealed class PublishTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task What_is_published_can_train()
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
            var account = azurite.NewAccount();
            await SmallDataset.WriteAsync(account, "techno", "classical");
            await using var service = await TrainingProcess.StartAsync(account, executable);

            var run = await service.WaitForEndAsync(await service.StartRunAsync(new { dataset = SmallDataset.Name, epochs = 1, batchSize = 8 }));

            run.Status.ShouldBe(RunStatus.Completed, $"{run.Error}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
