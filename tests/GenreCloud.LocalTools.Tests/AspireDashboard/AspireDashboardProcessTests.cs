using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using GenreCloud.LocalTools.AspireDashboard;
using GenreCloud.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace GenreCloud.LocalTools.Tests.AspireDashboard;

public sealed class AspireDashboardProcessTests
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_takes_a_trace_by_otlp_and_shows_it_on_a_page_and_in_its_telemetry_api()
    {
        await using var dashboard = await StartAsync(0);
        var trace = ActivityTraceId.CreateRandom();

        using var http = new HttpClient();
        var export = new
        {
            resourceSpans = new[]
            {
                new
                {
                    resource = new { attributes = new[] { new { key = "service.name", value = new { stringValue = "test" } } } },
                    scopeSpans = new[]
                    {
                        new
                        {
                            scope = new { name = "GenreCloud.Test" },
                            spans = new[]
                            {
                                new
                                {
                                    traceId = trace.ToString(), spanId = "00f067aa0ba902b7", name = "a span", kind = 1,
                                    startTimeUnixNano = "1700000000000000000", endTimeUnixNano = "1700000001000000000",
                                },
                            },
                        },
                    },
                },
            },
        };
        using var taken = await http.PostAsJsonAsync(new Uri(dashboard.OtlpHttp, "v1/traces"), export, CancellationToken);

        taken.StatusCode.ShouldBe(HttpStatusCode.OK);
        var traces = await http.GetFromJsonAsync<JsonElement>(new Uri(dashboard.Frontend, "api/telemetry/traces"), CancellationToken);
        traces.ToString().ShouldContain(trace.ToString());
        using var page = await http.GetAsync(dashboard.PageOf(trace), CancellationToken);
        page.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Killing_its_parent_ends_it_and_what_it_started()
    {
        using var parent = ToolHost.Start(["dashboard", AzuriteFixture.PackageDirectory]);
        var ready = await parent.FirstLineAsync(CancellationToken);
        ready[0].ShouldBe("ready");
        using var child = Process.GetProcessById(int.Parse(ready[1], CultureInfo.InvariantCulture));

        await parent.KillAsync(CancellationToken);

        await child.WaitForExitAsync(CancellationToken);
        using var http = new HttpClient();
        await Should.ThrowAsync<HttpRequestException>(http.GetAsync(new Uri(ready[2]), CancellationToken));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_left_to_its_owner()
    {
        using var owner = new TcpListener(IPAddress.Loopback, 0);
        owner.Start();
        var taken = ((IPEndPoint)owner.LocalEndpoint).Port;

        await using var dashboard = await StartAsync(taken);

        dashboard.Frontend.Port.ShouldNotBe(taken);
        dashboard.Frontend.Host.ShouldBe("127.0.0.1");
    }

    [Fact]
    public async Task Without_node_the_message_says_what_to_install_and_that_it_is_an_extra()
    {
        using var host = ToolHost.Start(["dashboard", AzuriteFixture.PackageDirectory], ("PATH", Path.GetTempPath()));

        var failed = await host.FirstLineAsync(CancellationToken);

        failed[0].ShouldBe("failed");
        failed[1].ShouldContain("Node.js 20");
        failed[1].ShouldContain("without --dashboard");
    }

    private static Task<AspireDashboardProcess> StartAsync(int preferredPort) => AspireDashboardProcess.StartAsync(
        new AspireDashboardOptions { PackageDirectory = AzuriteFixture.PackageDirectory, PreferredPort = preferredPort },
        NullLogger.Instance,
        TimeProvider.System,
        CancellationToken);
}
