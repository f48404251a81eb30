using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using GenreCloud.AppHost.Commands;

namespace GenreCloud.AppHost.Tests;

/// <summary>What the app host says of the system, without starting it.</summary>
public sealed class ModelTests
{
    private static readonly string[] Services = ["dataset-import", "training", "inference"];

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("process")]
    [InlineData("container")]
    [InlineData("azure")]
    public async Task Every_service_has_its_connections_waits_for_them_and_tells_its_health(string storage)
    {
        await using var builder = await CreateAsync(storage);

        foreach (var service in Services.Select(name => builder.Resources.OfType<ProjectResource>().Single(project => project.Name == name)))
        {
            var related = service.Annotations.OfType<ResourceRelationshipAnnotation>().Where(annotation => annotation.Type == "Reference");
            related.Select(annotation => annotation.Resource.Name).ShouldBe(["blobs", "queues"], ignoreOrder: true, service.Name);
            var awaited = service.Annotations.OfType<WaitAnnotation>().Select(wait => wait.Resource.Name).ToArray();
            awaited.ShouldContain("blobs", service.Name);
            awaited.ShouldContain("queues", service.Name);
            service.Annotations.OfType<HealthCheckAnnotation>().ShouldHaveSingleItem().Key.ShouldContain("/health");
            service.Annotations.OfType<EndpointAnnotation>().ShouldHaveSingleItem().IsExternal.ShouldBeTrue();
        }
    }

    [Fact]
    public async Task The_dashboard_knows_where_the_services_are_and_starts_without_them()
    {
        await using var builder = await CreateAsync(storage: null);

        var dashboard = builder.Resources.OfType<ProjectResource>().Single(project => project.Name == "dashboard");
        var related = dashboard.Annotations.OfType<ResourceRelationshipAnnotation>().Where(annotation => annotation.Type == "Reference");
        related.Select(annotation => annotation.Resource.Name).ShouldBe(["blobs", "queues", .. Services], ignoreOrder: true);
        dashboard.Annotations.OfType<WaitAnnotation>().Select(wait => wait.Resource.Name).Intersect(Services).ShouldBeEmpty();
        dashboard.Annotations.OfType<HealthCheckAnnotation>().ShouldHaveSingleItem().Key.ShouldContain("/health");
        dashboard.Annotations.OfType<EndpointAnnotation>().ShouldHaveSingleItem().IsExternal.ShouldBeTrue();
    }

    [Fact]
    public async Task Unless_told_otherwise_nothing_needs_a_container_engine()
    {
        await using var builder = await CreateAsync(storage: null);

        builder.Resources.Where(resource => resource.IsContainer()).ShouldBeEmpty();
        var azurite = builder.Resources.Single(resource => resource.Name == "storage").ShouldBeOfType<ExecutableResource>();
        azurite.Annotations.OfType<HealthCheckAnnotation>().Count().ShouldBe(2, "blobs and queues answer on ports of their own");
    }

    [Fact]
    public async Task In_a_container_the_data_outlives_it()
    {
        await using var builder = await CreateAsync("container");

        var azurite = builder.Resources.Single(resource => resource.IsContainer());
        azurite.Name.ShouldBe("storage");
        var volume = azurite.Annotations.OfType<ContainerMountAnnotation>().ShouldHaveSingleItem();
        volume.Type.ShouldBe(ContainerMountType.Volume);
        volume.Target.ShouldBe("/data");
    }

    [Fact]
    public async Task An_existing_account_is_what_the_connection_strings_say()
    {
        const string Blobs = "https://account.blob.core.windows.net";
        await using var builder = await CreateAsync(
            "azure", $"--ConnectionStrings:blobs={Blobs}", "--ConnectionStrings:queues=https://account.queue.core.windows.net");

        builder.Resources.Select(resource => resource.Name).ShouldNotContain("storage");
        var blobs = builder.Resources.OfType<IResourceWithConnectionString>().Single(resource => resource.Name == "blobs");
        (await blobs.GetConnectionStringAsync(CancellationToken)).ShouldBe(Blobs);
    }

    [Theory]
    [InlineData("Process")]
    [InlineData("emulator")]
    public async Task A_storage_that_there_is_not_is_refused_with_those_that_there_are(string storage)
    {
        var exception = await Should.ThrowAsync<DistributedApplicationException>(() => CreateAsync(storage));

        exception.Message.ShouldContain($"Storage is \"{storage}\"");
        foreach (var known in (string[])["process", "container", "azure"])
        {
            exception.Message.ShouldContain(known);
        }
    }

    [Fact]
    public async Task Commands_are_on_the_services_that_carry_them_out()
    {
        await using var builder = await CreateAsync("process");

        CommandsOf(builder, "dataset-import").ShouldBe([SampleCommands.Import]);
        CommandsOf(builder, "training").ShouldBe([SampleCommands.Train]);
        CommandsOf(builder, "inference").ShouldBe([ModelCommands.Promote, ModelCommands.Rollback]);
    }

    private static IEnumerable<string> CommandsOf(IDistributedApplicationTestingBuilder builder, string service) =>
        builder.Resources.Single(resource => resource.Name == service).Annotations.OfType<ResourceCommandAnnotation>().Select(command => command.Name);

    private static Task<IDistributedApplicationTestingBuilder> CreateAsync(string? storage, params string[] args) =>
        DistributedApplicationTestingBuilder.CreateAsync<Projects.GenreCloud_AppHost>(
            storage is null ? args : [$"--Storage={storage}", .. args], CancellationToken);
}
