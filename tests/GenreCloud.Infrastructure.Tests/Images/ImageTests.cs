using System.Text.Json.Nodes;
using GenreCloud.Testing;

namespace GenreCloud.Infrastructure.Tests.Images;

public sealed class ImageTests
{
    private static readonly AzdProject Project = AzdProject.Read();

    private const string Ffmpeg = "/app/ffmpeg";

    // The build of the services that these tests are built with is the one that is published.
    private static readonly string Configuration =
        Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)).Equals("release", StringComparison.OrdinalIgnoreCase) ? "Release" : "Debug";

    [Theory]
    [InlineData("dataset-import", "libSkiaSharp.so")]
    [InlineData("dashboard", "")]
    [InlineData("inference", "libSkiaSharp.so libonnxruntime.so libonnxruntime_providers_shared.so")]
    [InlineData("training", """
        libSkiaSharp.so libonnxruntime.so libonnxruntime_providers_shared.so
        libLibTorchSharp.so libc10.so libgomp-98b21ff3.so.1 libtorch.so libtorch_cpu.so
        """)]
    public async Task An_image_runs_the_service_without_root_and_with_the_native_libraries_that_it_needs(string service, string libraries)
    {
        var project = Path.GetFileName(Project.Services[service].Project);

        var image = await PublishAsync(service);

        image.Configuration["User"]!.GetValue<string>().ShouldBe("1654");
        image.Configuration["WorkingDir"]!.GetValue<string>().ShouldBe("/app/");
        Texts(image.Configuration["Entrypoint"]).ShouldBe([$"/app/{project}"]);
        image.Configuration["Cmd"].ShouldBeNull();
        image.Configuration["ExposedPorts"]!.AsObject().Select(port => port.Key).ShouldBe(["8080/tcp"]);
        Texts(image.Configuration["Env"]).ShouldContain("DOTNET_ROOT=/usr/share/dotnet");
        (image.Files[$"/app/{project}"] & UnixFileMode.OtherExecute).ShouldBe(UnixFileMode.OtherExecute);
        image.Files.Keys.Where(file => file.Contains(".so", StringComparison.Ordinal)).Select(Path.GetFileName)
            .ShouldBe(libraries.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries), ignoreOrder: true);
        image.Files.Keys.ShouldAllBe(file => !file.Contains("runtimes/"));
        image.Files.Keys.ShouldNotContain(Ffmpeg);
    }

    [Theory]
    [InlineData("dataset-import")]
    [InlineData("inference")]
    public async Task An_image_of_what_reads_songs_has_the_ffmpeg_that_it_is_given_beside_the_service(string service)
    {
        var program = Path.GetTempFileName();
        try
        {
            var image = await PublishAsync(service, $"-p:GenreCloudFfmpeg={program}");

            (image.Files[Ffmpeg] & UnixFileMode.OtherExecute).ShouldBe(UnixFileMode.OtherExecute);
        }
        finally
        {
            File.Delete(program);
        }
    }

    [Fact]
    public async Task Images_are_told_apart_and_build_on_a_small_system_without_a_shell()
    {
        var seen = new List<string>();
        foreach (var (name, service) in Project.Services)
        {
            await using var evaluation = ServiceProcess.Start(
                "dotnet",
                [
                    "msbuild", Path.Combine(RepositoryRoot.Path, service.Project), "-t:ComputeContainerBaseImage",
                    "-getProperty:ContainerBaseImage,ContainerRepository,UserSecretsId", $"-p:Configuration={Configuration}",
                ],
                ("MSBUILDDISABLENODEREUSE", "1"));
            (await evaluation.WaitForExitAsync(TestContext.Current.CancellationToken)).ShouldBe(0, evaluation.Output);
            var properties = JsonNode.Parse(evaluation.Output)!["Properties"]!;

            properties["ContainerBaseImage"]!.GetValue<string>().ShouldBe("mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled");
            properties["ContainerRepository"]!.GetValue<string>().ShouldBe($"genrecloud/{name}");
            seen.Add(properties["UserSecretsId"]!.GetValue<string>());
        }

        // Without one of its own, azd would write one into the project.
        seen.ShouldAllBe(id => id.Length > 0);
        seen.ShouldBeUnique();
    }

    [Fact]
    public async Task Images_that_are_published_side_by_side_share_no_folder_of_the_build()
    {
        var seen = new List<string> { await ArtifactsPathAsync() };
        foreach (var repository in new[] { "x/y", "x/z" })
        {
            // As azd says it.
            seen.Add(await ArtifactsPathAsync($"-p:ContainerRepository={repository}"));
            seen[^1].ShouldEndWith($"/{repository}");
        }

        seen.ShouldBeUnique();

        static async Task<string> ArtifactsPathAsync(params string[] properties)
        {
            // Of what all services share: it would be built by all of them at a time.
            var project = Path.Combine(RepositoryRoot.Path, "src", "GenreCloud.Storage", "GenreCloud.Storage.csproj");
            await using var evaluation = ServiceProcess.Start(
                "dotnet", ["msbuild", project, "-getProperty:ArtifactsPath", .. properties], ("MSBUILDDISABLENODEREUSE", "1"));
            (await evaluation.WaitForExitAsync(TestContext.Current.CancellationToken)).ShouldBe(0, evaluation.Output);
            return evaluation.Output.Trim();
        }
    }

    /// <summary>As azd does it, on top of an image that stands in for Microsoft's.</summary>
    private static async Task<ImageArchive> PublishAsync(string service, params string[] properties)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The build of this system is published as it is, and images are for Linux.");
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var registry = await BaseImageRegistry.StartAsync(cancellationToken);
        var folder = Directory.CreateTempSubdirectory("genrecloud-image-");
        try
        {
            var archive = Path.Combine(folder.FullName, "image.tar");
            await using var publish = ServiceProcess.Start(
                "dotnet",
                [
                    "publish", Path.Combine(RepositoryRoot.Path, Project.Services[service].Project), "-c", Configuration, "--no-build", "--nologo",
                    "-t:PublishContainer", $"-p:ContainerBaseImage={registry.Address}/base:1", $"-p:ContainerArchiveOutputPath={archive}", .. properties,
                ],
                ("DOTNET_CONTAINER_INSECURE_REGISTRIES", registry.Address),
                ("MSBUILDDISABLENODEREUSE", "1"));
            (await publish.WaitForExitAsync(cancellationToken)).ShouldBe(0, publish.Output);
            return await ImageArchive.ReadAsync(archive, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IEnumerable<string> Texts(JsonNode? texts) => texts!.AsArray().Select(text => text!.GetValue<string>());
}
