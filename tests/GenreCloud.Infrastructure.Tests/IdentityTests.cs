using System.Text.RegularExpressions;

namespace GenreCloud.Infrastructure.Tests;

public sealed partial class IdentityTests(Deployments deployments)
{
    /// <summary>Ids of Azure's built-in roles.</summary>
    private static readonly Dictionary<string, string> Roles = new()
    {
        ["7f951dda-4ed3-4680-a7ca-43fe172d538d"] = "AcrPull",
        ["3913510d-42f4-4e42-8a64-420c390055eb"] = "Monitoring Metrics Publisher",
        ["ba92f5b4-2d11-453d-a403-e96b0029c9fe"] = "Storage Blob Data Contributor",
        ["2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"] = "Storage Blob Data Reader",
        ["974c5e8b-45b9-4653-ba55-5f855dd0fb88"] = "Storage Queue Data Contributor",
        ["c6a89b2d-59bc-44d0-9896-0f6e12d7b80a"] = "Storage Queue Data Message Sender",
        ["19e7f393-937e-4f77-808e-94535e297925"] = "Storage Queue Data Reader",
    };

    [Theory]
    [InlineData("dataset-import", """
        containers/access: Storage Blob Data Reader
        containers/datasets: Storage Blob Data Contributor
        containers/evaluations: Storage Blob Data Reader
        containers/imports: Storage Blob Data Contributor
        containers/runs: Storage Blob Data Reader
        containers/sources: Storage Blob Data Contributor
        queues/imports: Storage Queue Data Contributor
        queues/imports-poison: Storage Queue Data Message Sender
        queues/imports-poison: Storage Queue Data Reader
        """)]
    [InlineData("training", """
        containers/access: Storage Blob Data Reader
        containers/datasets: Storage Blob Data Reader
        containers/evaluations: Storage Blob Data Contributor
        containers/registry: Storage Blob Data Contributor
        containers/runs: Storage Blob Data Contributor
        queues/evaluations: Storage Queue Data Contributor
        queues/evaluations-poison: Storage Queue Data Message Sender
        queues/evaluations-poison: Storage Queue Data Reader
        queues/training: Storage Queue Data Contributor
        queues/training-poison: Storage Queue Data Message Sender
        queues/training-poison: Storage Queue Data Reader
        """)]
    [InlineData("dashboard", """
        containers/access: Storage Blob Data Reader
        containers/dashboard: Storage Blob Data Contributor
        """)]
    [InlineData("inference", """
        containers/access: Storage Blob Data Contributor
        containers/evaluations: Storage Blob Data Reader
        containers/monitor: Storage Blob Data Contributor
        containers/registry: Storage Blob Data Contributor
        containers/webhooks: Storage Blob Data Contributor
        queues/webhooks: Storage Queue Data Contributor
        queues/webhooks-poison: Storage Queue Data Message Sender
        queues/webhooks-poison: Storage Queue Data Reader
        """)]
    public void A_service_may_do_what_it_needs_and_nothing_else(string service, string expected)
    {
        var granted =
            from assignment in deployments["main.plain"].ResourcesOf("Microsoft.Authorization/roleAssignments")
            where assignment["properties"]!["principalId"]!.GetValue<string>().Contains($"/id-{service}-", StringComparison.Ordinal)
            let scope = Scope().Match(assignment["id"]!.GetValue<string>()).Groups["scope"].Value
            let role = Roles[assignment["properties"]!["roleDefinitionId"]!.GetValue<string>().Split('/')[^1]]
            select $"{scope}: {role}";

        granted.ShouldBe(
            [$"registries/{Name("Microsoft.ContainerRegistry/registries")}: AcrPull",
                $"components/{Name("Microsoft.Insights/components")}: Monitoring Metrics Publisher",
                .. expected.Split('\n')],
            ignoreOrder: true);
    }

    [Fact]
    public void Nobody_else_has_a_role() =>
        deployments["main.plain"].ResourcesOf("Microsoft.Authorization/roleAssignments").ShouldAllBe(assignment =>
            new[] { "dataset-import", "training", "inference", "dashboard" }.Count(service =>
                assignment["properties"]!["principalId"]!.GetValue<string>().Contains($"/id-{service}-")) == 1);

    [Fact]
    public void Nothing_has_a_password_or_a_key()
    {
        var resources = deployments["main.plain"];

        resources.ResourcesOf("Microsoft.ContainerRegistry/registries").Single()["properties"]!["adminUserEnabled"]!.GetValue<bool>().ShouldBeFalse();
        resources.ResourcesOf("Microsoft.Insights/components").Single()["properties"]!["DisableLocalAuth"]!.GetValue<bool>().ShouldBeTrue();
        resources.ResourcesOf("Microsoft.OperationalInsights/workspaces").Single()["properties"]!["features"]!["disableLocalAuth"]!.GetValue<bool>().ShouldBeTrue();
        foreach (var name in Deployments.Names.Select(row => row.Data))
        {
            deployments[name].ToString().ShouldNotContain("listKeys", Case.Insensitive);
            deployments[name].ToString().ShouldNotContain("\"secrets\"", Case.Insensitive);
        }
    }

    private string Name(string type) => deployments["main.plain"].ResourcesOf(type).Single()["name"]!.GetValue<string>();

    // The last type and name of what a role is given on.
    [GeneratedRegex("/(?<scope>[^/]+/[^/]+)/providers/Microsoft.Authorization/", RegexOptions.CultureInvariant)]
    private static partial Regex Scope();
}
