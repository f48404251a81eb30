using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace GenreCloud.Infrastructure.Tests;

public sealed partial class BicepTests(Deployments deployments)
{
    public static TheoryData<string> Modules => new(InfrastructureFiles.Bicep.Where(file => Path.GetExtension(file) == ".bicep"));

    [Theory]
    [InlineData("*.bicep")]
    [InlineData("*.bicepparam")]
    public async Task Every_file_passes_the_linter_without_a_warning(string files)
    {
        Bicep.Require();

        await Bicep.RunSilentlyAsync(
            ["lint", "--pattern", Path.Combine(deployments.Folder, "**", files)], deployments.Environment, TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("*.bicep")]
    [InlineData("*.bicepparam")]
    public async Task Every_file_is_formatted(string files)
    {
        Bicep.Require();
        var cancellationToken = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("genrecloud-infra-");
        try
        {
            InfrastructureFiles.CopyTo(folder.FullName);

            await Bicep.RunSilentlyAsync(["format", "--pattern", Path.Combine(folder.FullName, "**", files)], [], cancellationToken);

            foreach (var file in InfrastructureFiles.Bicep)
            {
                var formatted = await File.ReadAllTextAsync(Path.Combine(folder.FullName, file), cancellationToken);
                var committed = await File.ReadAllTextAsync(Path.Combine(InfrastructureFiles.Folder, file), cancellationToken);
                committed.ShouldBe(formatted, $"Run: bicep format infra/{file}");
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void How_old_an_API_version_is_does_not_depend_on_the_day_of_the_check()
    {
        var file = File.ReadAllText(Path.Combine(InfrastructureFiles.Folder, "bicepconfig.json"));
        var rules = JsonNode.Parse(file, documentOptions: new() { CommentHandling = JsonCommentHandling.Skip })!["analyzers"]!["core"]!["rules"]!;

        var rule = rules["use-recent-api-versions"]!;

        rule["level"]!.GetValue<string>().ShouldBe("error");
        rule["test-today"].ShouldNotBeNull("infra/bicepconfig.json has to say by what day the versions are judged, or a deployment fails by the calendar.");
    }

    [Fact]
    public async Task A_bicep_that_does_not_know_an_API_version_compiles_every_file_all_the_same()
    {
        Bicep.Require();
        var cancellationToken = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("genrecloud-infra-");
        try
        {
            InfrastructureFiles.CopyTo(folder.FullName);
            foreach (var file in InfrastructureFiles.Bicep)
            {
                var path = Path.Combine(folder.FullName, file);
                await File.WriteAllTextAsync(path, ApiVersion().Replace(await File.ReadAllTextAsync(path, cancellationToken), "@9999-01-01"), cancellationToken);
            }

            var (exitCode, output) = await Bicep.RunAsync(["build", "--pattern", Path.Combine(folder.FullName, "**", "*.bicep")], [], cancellationToken);

            // BCP081, a warning, says that the types of a resource are not known.
            output.ShouldContain("BCP081");
            exitCode.ShouldBe(0, output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [MemberData(nameof(Modules))]
    public void Every_parameter_and_output_is_described(string file)
    {
        Bicep.Require();
        var template = deployments.Template(file);

        var undescribed =
            from section in new[] { "parameters", "outputs" }
            from member in template[section]?.AsObject() ?? []
            where string.IsNullOrWhiteSpace(member.Value!["metadata"]?["description"]?.GetValue<string>())
            select member.Key;

        undescribed.ShouldBeEmpty();
        template["metadata"]!["description"]!.GetValue<string>().ShouldNotBeEmpty();
    }

    [GeneratedRegex(@"(?<=Microsoft\.[A-Za-z/]+)@[0-9]{4}-[0-9]{2}-[0-9]{2}(-preview)?", RegexOptions.CultureInvariant)]
    private static partial Regex ApiVersion();
}
