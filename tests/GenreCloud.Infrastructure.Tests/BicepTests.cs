namespace GenreCloud.Infrastructure.Tests;

public sealed class BicepTests(Deployments deployments)
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
}
