namespace GenreCloud.Infrastructure.Tests;

public sealed class ContainerAppTests(Deployments deployments)
{
    public static TheoryData<string> Services => new(AzdProject.Read().Services.Keys);

    [Theory]
    [MemberData(nameof(Services))]
    public void Only_readiness_asks_for_health(string service)
    {
        var app = deployments[$"{service}.plain"].ResourcesOf("Microsoft.App/containerApps").ShouldHaveSingleItem();

        var probes = app["properties"]!["template"]!["containers"]!.AsArray().ShouldHaveSingleItem()!["probes"]!.AsArray();

        probes.Select(probe => (probe!["type"]!.GetValue<string>(), probe["httpGet"]!["path"]!.GetValue<string>())).ShouldBe(
            [("Startup", "/alive"), ("Liveness", "/alive"), ("Readiness", "/health")]);
        probes.ShouldAllBe(probe => probe!["httpGet"]!["port"]!.GetValue<int>() == 8080);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Nobody_outside_reaches_a_service_unless_allowed(string service)
    {
        var closed = deployments[$"{service}.plain"].ResourcesOf("Microsoft.App/containerApps").Single()["properties"]!["configuration"]!["ingress"]!;
        var open = deployments[$"{service}.private-gpu"].ResourcesOf("Microsoft.App/containerApps").Single()["properties"]!["configuration"]!["ingress"]!;

        closed["external"]!.GetValue<bool>().ShouldBeFalse();
        open["external"]!.GetValue<bool>().ShouldBeTrue();
        open["ipSecurityRestrictions"]!.AsArray().Select(restriction => restriction!["ipAddressRange"]!.GetValue<string>())
            .ShouldBe(["203.0.113.7/32", "198.51.100.0/24", "10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16"], "the environment's apps call from private addresses");
        open["ipSecurityRestrictions"]!.AsArray().ShouldAllBe(restriction => restriction!["action"]!.GetValue<string>() == "Allow");
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Tokens_of_Entra_ID_are_taken_where_it_is_configured(string service)
    {
        foreach (var container in deployments[$"{service}.private-gpu"].Containers())
        {
            var variables = ContainerVariables.Of(container);
            variables["Access__EntraAuthority"].ShouldBe("https://login.microsoftonline.com/common/v2.0");
            variables["Access__EntraAudience"].ShouldBe("api://genrecloud");
        }
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Only_who_looks_at_pages_comes_back_to_the_same_replica(string service)
    {
        var ingress = deployments[$"{service}.plain"].ResourcesOf("Microsoft.App/containerApps").Single()["properties"]!["configuration"]!["ingress"]!;

        (ingress["stickySessions"]?["affinity"]?.GetValue<string>()).ShouldBe(service == "dashboard" ? "sticky" : null);
    }

    [Theory]
    [InlineData("plain", "https://inference.internal.environment.example")]
    [InlineData("private-gpu", "https://inference.environment.example")]
    public void The_dashboard_calls_the_services_where_they_are_served(string settings, string address) =>
        ContainerVariables.Of(deployments[$"dashboard.{settings}"].Containers().ShouldHaveSingleItem())["Dashboard__InferenceUrl"].ShouldBe(address);

    [Theory]
    [InlineData("plain", "Consumption")]
    [InlineData("private-gpu", "training")]
    [InlineData("dedicated", "training")]
    public void A_run_runs_on_a_profile_that_the_environment_has(string settings, string profile)
    {
        var environment = deployments[$"main.{settings}"].ResourcesOf("Microsoft.App/managedEnvironments").ShouldHaveSingleItem();
        var job = deployments[$"training.{settings}"].ResourcesOf("Microsoft.App/jobs").ShouldHaveSingleItem();

        job["properties"]!["workloadProfileName"]!.GetValue<string>().ShouldBe(profile);
        environment["properties"]!["workloadProfiles"]!.AsArray().Select(item => item!["name"]!.GetValue<string>()).ShouldContain(profile);
    }

    [Fact]
    public void A_run_is_worked_on_by_the_job_and_not_by_the_app()
    {
        var deployment = deployments["training.plain"];

        ArgumentsOf("Microsoft.App/containerApps").ShouldBe(["api"]);
        ArgumentsOf("Microsoft.App/jobs").ShouldBe(["work"]);
        var job = deployment.ResourcesOf("Microsoft.App/jobs").Single()["properties"]!["configuration"]!;
        job["triggerType"]!.GetValue<string>().ShouldBe("Event");
        job["replicaTimeout"]!.GetValue<int>().ShouldBe(24 * 60 * 60);

        IEnumerable<string> ArgumentsOf(string type) =>
            deployment.ResourcesOf(type).Single()["properties"]!["template"]!["containers"]!.AsArray().Single()!["args"]!.AsArray()
                .Select(argument => argument!.GetValue<string>());
    }
}
