using GenreCloud.ServiceDefaults;
using GenreCloud.Storage;
using GenreCloud.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace GenreCloud.Inference.Tests.Serving;

public sealed class HealthTests(AzuriteFixture azurite)
{
    private static readonly (string Key, string Value) FastRefresh = ("Inference:RefreshInterval", "00:00:00.1");

    [Fact]
    public async Task It_is_unhealthy_until_the_registry_was_read()
    {
        // Built and not started: the moment before the first look into the registry, for as long as the test wants.
        var account = azurite.NewAccount();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration["ConnectionStrings:blobs"] = account.ConnectionString;
        builder.Configuration["ConnectionStrings:queues"] = account.ConnectionString;
        builder.AddServiceDefaults();
        builder.AddInference();
        await using var services = builder.Services.BuildServiceProvider();

        var health = await services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);

        health.Status.ShouldBe(HealthStatus.Unhealthy);
        health.Entries["models"].Description.ShouldBe("The model registry has not been read yet.");
    }

    [Fact]
    public async Task It_is_healthy_once_the_production_versions_are_warm()
    {
        var account = azurite.NewAccount();
        await TestModel.First.RegisterAsync(account, "genres");
        await TestModel.Second.RegisterAsync(account, "metal");
        await using var service = await InferenceHost.StartAsync(account);

        await service.WaitForHealthAsync("Healthy", "Serving genres version 1, metal version 1.");

        // Warm: the registry is not needed to answer any more.
        await account.Blobs.DeleteBlobContainerAsync(StorageNames.Containers.Registry, cancellationToken: TestContext.Current.CancellationToken);
        (await service.ClassifyAsync(Spectrograms.Pngs[0], "?model=metal")).Version.ShouldBe(1);
    }

    [Fact]
    public async Task It_is_healthy_without_any_model()
    {
        await using var service = await InferenceHost.StartAsync(azurite.NewAccount());

        await service.WaitForHealthAsync("Healthy", "No model is in production yet.");
    }

    [Fact]
    public async Task It_is_unhealthy_while_there_is_nothing_to_serve_and_the_registry_cannot_be_read()
    {
        var account = azurite.NewAccount();
        await using var service = await InferenceHost.StartAsync(account, time: null, FastRefresh);
        await service.WaitForHealthAsync("Healthy");

        await account.Blobs.DeleteBlobContainerAsync(StorageNames.Containers.Registry, cancellationToken: TestContext.Current.CancellationToken);

        await service.WaitForHealthAsync("Unhealthy", "The model registry cannot be read");
    }

    [Fact]
    public async Task It_is_degraded_and_serves_on_while_the_registry_cannot_be_read()
    {
        var account = azurite.NewAccount();
        await TestModel.First.RegisterAsync(account);
        await using var service = await InferenceHost.StartAsync(account, time: null, FastRefresh);
        await service.WaitForHealthAsync("Healthy");

        await account.Blobs.DeleteBlobContainerAsync(StorageNames.Containers.Registry, cancellationToken: TestContext.Current.CancellationToken);

        await service.WaitForHealthAsync("Degraded", "cannot be read");
        (await service.ClassifyAsync(Spectrograms.Pngs[0])).Version.ShouldBe(1);
    }
}
