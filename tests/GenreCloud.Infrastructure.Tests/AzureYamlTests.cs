using System.Text.RegularExpressions;
using GenreCloud.Testing;

namespace GenreCloud.Infrastructure.Tests;

public sealed partial class AzureYamlTests(Deployments deployments)
{
    // What azd itself puts into its environment.
    private static readonly string[] FromAzd = ["AZURE_ENV_NAME", "AZURE_LOCATION"];

    private static readonly AzdProject Project = AzdProject.Read();

    public static TheoryData<string> Services => new(Project.Services.Keys);

    [Fact]
    public void It_names_the_product_and_an_azd_that_deploys_jobs()
    {
        Project.Name.ShouldMatch("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$");
        Project.RequiredVersions.ShouldBe(new Dictionary<string, string> { ["azd"] = ">= 1.23.13" });
        Project.Services.Keys.ShouldBe(["dataset-import", "training", "inference", "dashboard"], ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void A_service_is_a_container_app_of_one_of_our_projects(string name)
    {
        var service = Project.Services[name];
        var folder = Path.Combine(RepositoryRoot.Path, service.Project);

        service.Host.ShouldBe("containerapp");
        service.Language.ShouldBe("csharp");
        var project = Directory.GetFiles(folder, "*.*proj").ShouldHaveSingleItem();
        File.ReadAllText(project).ShouldStartWith("<Project Sdk=\"Microsoft.NET.Sdk.Web\">");

        // azd would use Docker where there is one.
        File.Exists(Path.Combine(folder, "Dockerfile")).ShouldBeFalse();
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void A_service_is_deployed_from_a_module_with_parameters(string name)
    {
        var module = Path.Combine(InfrastructureFiles.Folder, Project.Services[name].Module);

        File.Exists($"{module}.bicep").ShouldBeTrue();
        File.ReadAllText($"{module}.bicepparam").ShouldStartWith($"using '{Path.GetFileName(module)}.bicep'\n");
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Exactly_one_resource_carries_the_name_of_the_service(string name)
    {
        var tagged = deployments[$"{name}.plain"].Resources
            .Where(resource => resource["tags"]?["azd-service-name"] is not null)
            .ToArray().ShouldHaveSingleItem();

        tagged["tags"]!["azd-service-name"]!.GetValue<string>().ShouldBe(name);
        tagged["type"]!.GetValue<string>().ShouldBe("Microsoft.App/containerApps");
        deployments["main.plain"].Resources.ShouldAllBe(resource => resource["tags"] == null || resource["tags"]!["azd-service-name"] == null);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Every_variable_that_a_service_reads_is_an_output_or_comes_from_azd(string name)
    {
        var known = deployments["main.plain"].Outputs.Select(output => output.Key)
            .Concat(FromAzd)
            .Append($"SERVICE_{Deployments.AzdKey(name)}_IMAGE_NAME");
        var module = Path.Combine(InfrastructureFiles.Folder, Project.Services[name].Module);

        var read = VariableRead().Matches(File.ReadAllText($"{module}.bicepparam") + File.ReadAllText($"{module}.bicep"))
            .Select(match => match.Groups["name"].Value)
            .ToArray();

        read.ShouldNotBeEmpty();
        read.ShouldBeSubsetOf(known);
    }

    [Fact]
    public void Every_output_is_read_or_needed_by_azd()
    {
        var read = InfrastructureFiles.Bicep
            .SelectMany(file => VariableRead().Matches(File.ReadAllText(Path.Combine(InfrastructureFiles.Folder, file))))
            .Select(match => match.Groups["name"].Value);

        // azd deploys into the one and pushes images to the other.
        deployments["main.plain"].Outputs.Select(output => output.Key)
            .ShouldBe(read.Append("AZURE_RESOURCE_GROUP").Append("AZURE_CONTAINER_REGISTRY_ENDPOINT")
                .Where(name => name != "AZURE_ENV_NAME" && !name.StartsWith("SERVICE_", StringComparison.Ordinal)).Distinct(), ignoreOrder: true);
    }

    [Fact]
    public void Every_parameter_of_main_is_set_by_a_variable_and_what_a_service_reads_of_it_has_the_same_name()
    {
        var outputs = deployments["main.plain"].Outputs;
        var variables = InfrastructureFiles.MainParameters();

        variables.Keys.ShouldBe(deployments.Template("main.bicep")["parameters"]!.AsObject().Select(parameter => parameter.Key), ignoreOrder: true);
        foreach (var (parameter, variable) in variables)
        {
            var name = parameter switch { "environmentName" => "AZURE_ENV_NAME", "location" => "AZURE_LOCATION", _ => WordStart().Replace(parameter, "_$0").ToUpperInvariant() };
            variable.ShouldBe(name);
        }

        outputs.Where(output => !output.Value!.ToString().StartsWith('[') && !output.Key.StartsWith("AZURE_", StringComparison.Ordinal))
            .Select(output => output.Key)
            .ShouldBeSubsetOf(variables.Values);
    }

    [Fact]
    public void No_setting_is_a_truth_value_because_azd_takes_the_default_for_one_that_it_cannot_read()
    {
        Bicep.Require();
        var parameters = deployments.Template("main.bicep")["parameters"]!.AsObject();

        parameters.Where(parameter => parameter.Value!["type"]!.GetValue<string>() == "bool").Select(parameter => parameter.Key).ShouldBeEmpty();
        parameters["privateNetwork"]!["allowedValues"]!.AsArray().Select(value => value!.GetValue<string>())
            .ShouldBe(["true", "false"], ignoreOrder: true);
    }

    [Fact]
    public void The_README_has_every_setting_with_its_default()
    {
        Bicep.Require();
        var rows = File.ReadLines(Path.Combine(RepositoryRoot.Path, "README.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal)).ToArray();
        var parameters = deployments.Template("main.bicep")["parameters"]!;

        foreach (var (parameter, variable) in InfrastructureFiles.MainParameters().Where(parameter => !FromAzd.Contains(parameter.Value)))
        {
            // A row may have several settings, with their defaults in the same order.
            var cells = rows.Where(row => row.Contains($"`{variable}`", StringComparison.Ordinal)).ToArray().ShouldHaveSingleItem().Split('|', StringSplitOptions.TrimEntries);
            var place = Array.IndexOf(cells[1].Split(", "), $"`{variable}`");
            var value = parameters[parameter]!["defaultValue"]!.ToString();
            cells[2].Split(", ")[place].Trim('`').ShouldBe(value.Length == 0 ? "none" : value);
        }
    }

    [Fact]
    public void No_output_is_a_configuration_key()
    {
        // azd writes outputs to the user secrets of the services on the machine that deploys.
        string[] keys = [.. deployments["inference.plain"].Containers().SelectMany(ContainerVariables.Of).Select(variable => variable.Key)];

        foreach (var (output, _) in deployments["main.plain"].Outputs)
        {
            output.ShouldNotContain("__");
            keys.ShouldNotContain(output);
        }
    }

    [GeneratedRegex(@"readEnvironmentVariable\('(?<name>[^']+)'", RegexOptions.CultureInvariant)]
    private static partial Regex VariableRead();

    [GeneratedRegex("[A-Z]", RegexOptions.CultureInvariant)]
    private static partial Regex WordStart();
}
