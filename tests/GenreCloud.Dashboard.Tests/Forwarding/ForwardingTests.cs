using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using GenreCloud.DatasetImport;
using GenreCloud.ServiceDefaults;
using GenreCloud.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace GenreCloud.Dashboard.Tests.Forwarding;

public sealed class ForwardingTests(AzuriteFixture azurite)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_browser_reaches_a_service_at_the_pages_own_address()
    {
        var account = azurite.NewAccount();
        await using var service = await ServiceHost.StartAsync(
            account,
            builder =>
            {
                builder.AddServiceDefaults();
                builder.AddDatasetImport();
            },
            app =>
            {
                app.MapDefaultEndpoints();
                app.MapDatasetImport();
            });
        await using var dashboard = await DashboardHost.StartAsync(account, ("Dashboard:DatasetImportUrl", service.Client.BaseAddress!.ToString()));

        (await dashboard.Client.GetFromJsonAsync<JsonElement>("/api/datasets", CancellationToken)).GetArrayLength().ShouldBe(0);
        using var refused = await dashboard.Client.PostAsJsonAsync("/api/imports", new { dataset = "Not A Name" }, CancellationToken);
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        refused.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var document = await dashboard.Client.GetFromJsonAsync<JsonElement>("/openapi/dataset-import.json", CancellationToken);
        document.GetProperty("paths").TryGetProperty("/api/imports", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task A_service_that_is_down_is_named()
    {
        await using var dashboard = await DashboardHost.StartAsync(azurite.NewAccount(), ("Dashboard:TrainingUrl", "http://127.0.0.1:9"));

        using var answer = await dashboard.Client.GetAsync(new Uri("/api/runs", UriKind.Relative), CancellationToken);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(CancellationToken);
        problem.GetProperty("title").GetString().ShouldBe("The training service does not answer");
    }

    [Fact]
    public async Task Bodies_go_through_as_they_come_in_both_directions_however_large()
    {
        // More than the 30 MB that a server of ours takes unless told otherwise.
        const int Part = 20 << 20;
        var received = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = await StartUpstreamAsync(async http =>
        {
            var buffer = new byte[1 << 16];
            long total = 0;
            for (int read; (read = await http.Request.Body.ReadAsync(buffer, CancellationToken)) > 0;)
            {
                total += read;
                // The last few KiB of what was sent may wait in a buffer on the way, for more to come.
                if (total >= Part - (1 << 20))
                {
                    received.TrySetResult();
                }
            }

            await http.Response.WriteAsync($"event: {total}\n\n", CancellationToken);
            await http.Response.Body.FlushAsync(CancellationToken);
            await told.Task.WaitAsync(CancellationToken);
            await http.Response.WriteAsync("event: end\n\n", CancellationToken);
        });
        await using var dashboard = await DashboardHost.StartAsync(azurite.NewAccount(), ("Dashboard:DatasetImportUrl", upstream.Urls.Single()));
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri("/api/imports/upload", UriKind.Relative)) { Content = new TwoParts(new byte[Part], received.Task) };

        using var answer = await dashboard.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, CancellationToken);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(CancellationToken));
        (await lines.ReadLineAsync(CancellationToken)).ShouldBe($"event: {2 * Part}");
        told.SetResult();

        (await lines.ReadToEndAsync(CancellationToken)).ShouldContain("event: end");
    }

    private static async Task<WebApplication> StartUpstreamAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync(CancellationToken);
        return app;
    }

    /// <summary>A body whose second part is only sent once the first has arrived.</summary>
    private sealed class TwoParts(byte[] part, Task received) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(part, CancellationToken);
            await stream.FlushAsync(CancellationToken);
            await received.WaitAsync(CancellationToken);
            await stream.WriteAsync(part, CancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
