using GenreCloud.Dashboard.Forwarding;
using GenreCloud.Dashboard.Upstream;
using GenreCloud.DatasetImport;
using GenreCloud.Inference;
using GenreCloud.ServiceDefaults;
using GenreCloud.Testing;
using GenreCloud.Training;
using Microsoft.AspNetCore.Builder;

namespace GenreCloud.Dashboard.Tests.Forwarding;

public sealed class ForwardedPathsTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Every_path_of_every_service_is_forwarded_to_it()
    {
        await CheckAsync(Service.DatasetImport, builder => builder.AddDatasetImport(), app => app.MapDatasetImport());
        await CheckAsync(Service.Training, builder => builder.AddTraining(), app => app.MapTraining());
        await CheckAsync(Service.Inference, builder => builder.AddInference(), app => app.MapInference());
    }

    private async Task CheckAsync(Service service, Action<WebApplicationBuilder> add, Action<WebApplication> map)
    {
        await using var host = await ServiceHost.StartAsync(
            azurite.NewAccount(),
            builder =>
            {
                builder.AddServiceDefaults();
                add(builder);
            },
            app =>
            {
                app.MapDefaultEndpoints();
                map(app);
            });
        var document = await host.GetJsonAsync("/openapi/v1.json", TestContext.Current.CancellationToken);

        var paths = document.GetProperty("paths").EnumerateObject().Select(path => path.Name).ToArray();

        paths.ShouldNotBeEmpty();
        foreach (var path in paths)
        {
            var forwarded = ForwardedPaths.All.Where(pair => path == pair.Key || path.StartsWith($"{pair.Key}/", StringComparison.Ordinal)).ToArray();
            forwarded.ShouldHaveSingleItem(path).Value.ShouldBe(service, path);
        }
    }
}
