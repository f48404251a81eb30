using System.Text.Json.Nodes;
using GenreCloud.Storage;

namespace GenreCloud.Infrastructure.Tests;

public sealed class StorageTests(Deployments deployments)
{
    [Fact]
    public void The_containers_are_those_of_the_services() =>
        NamesOf("Microsoft.Storage/storageAccounts/blobServices/containers").ShouldBe(StorageNames.Containers.All, ignoreOrder: true);

    [Fact]
    public void The_queues_are_those_of_the_services() =>
        NamesOf("Microsoft.Storage/storageAccounts/queueServices/queues").ShouldBe(StorageNames.Queues.All, ignoreOrder: true);

    [Theory]
    [InlineData("main.plain", "Enabled", "Allow")]
    [InlineData("main.private-gpu", "Disabled", "Deny")]
    public void The_account_takes_identities_only(string deployment, string publicNetworkAccess, string otherNetworks)
    {
        var properties = deployments[deployment].ResourcesOf("Microsoft.Storage/storageAccounts").ShouldHaveSingleItem()["properties"]!;

        properties["allowSharedKeyAccess"]!.GetValue<bool>().ShouldBeFalse();
        properties["allowBlobPublicAccess"]!.GetValue<bool>().ShouldBeFalse();
        properties["supportsHttpsTrafficOnly"]!.GetValue<bool>().ShouldBeTrue();
        properties["minimumTlsVersion"]!.GetValue<string>().ShouldBe("TLS1_2");
        properties["publicNetworkAccess"]!.GetValue<string>().ShouldBe(publicNetworkAccess);
        properties["networkAcls"]!["defaultAction"]!.GetValue<string>().ShouldBe(otherNetworks);
    }

    [Theory]
    [InlineData("dataset-import", "Microsoft.App/containerApps", StorageNames.Queues.Imports, "2")]
    [InlineData("training", "Microsoft.App/containerApps", StorageNames.Queues.Evaluations, "1")]
    [InlineData("training", "Microsoft.App/jobs", StorageNames.Queues.Training, "1")]
    public void A_worker_scales_on_its_queue_by_what_it_does_at_a_time_with_its_identity(string service, string worker, string queue, string atATime)
    {
        var rule = deployments[$"{service}.plain"].ResourcesOf(worker)
            .SelectMany(resource => QueueRules(resource["properties"]!))
            .ShouldHaveSingleItem();

        rule["identity"]!.GetValue<string>().ShouldBe($"/identities/{service}");
        rule["metadata"]!["queueName"]!.GetValue<string>().ShouldBe(queue);
        rule["metadata"]!["queueLength"]!.GetValue<string>().ShouldBe(atATime);
        rule["metadata"]!["accountName"]!.GetValue<string>()
            .ShouldBe(deployments["main.plain"].Outputs["AZURE_STORAGE_ACCOUNT_NAME"]!.GetValue<string>());
        rule["auth"].ShouldBeNull();
    }

    private static IEnumerable<JsonNode> QueueRules(JsonNode properties)
    {
        var ofApp = (properties["template"]?["scale"]?["rules"]?.AsArray() ?? []).Select(rule => rule!["custom"]);
        var ofJob = (properties["configuration"]?["eventTriggerConfig"]?["scale"]?["rules"]?.AsArray() ?? []).Select(rule => rule);
        return ofApp.Concat(ofJob).OfType<JsonNode>().Where(rule => rule["type"]!.GetValue<string>() == "azure-queue");
    }

    private IEnumerable<string> NamesOf(string type) =>
        deployments["main.plain"].ResourcesOf(type).Select(resource => resource["name"]!.GetValue<string>().Split('/')[^1]);
}
