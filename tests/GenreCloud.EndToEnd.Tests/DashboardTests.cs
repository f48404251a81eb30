using System.Text.RegularExpressions;
using GenreCloud.Testing;

namespace GenreCloud.EndToEnd.Tests;

/// <summary>What the Aspire dashboard shows of a demo: one trace, from the zip to the answer.</summary>
public sealed class DashboardTests : IDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    private readonly string _data = Directory.CreateTempSubdirectory("genrecloud-e2e-").FullName;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task A_demo_is_one_trace_from_the_import_over_queue_run_and_registration_to_the_classification()
    {
        var zip = Path.Combine(_data, "small.zip");
        await SmallZip.WriteAsync(zip, CancellationToken);
        await using var demo = ServiceProcess.Start(
            ServiceProcess.ExecutableOf("GenreCloud.Standalone"),
            ["demo", "--dashboard", "--zip", zip, "--epochs", "2", "--data", _data, "--urls", "http://127.0.0.1:0"],
            ("XDG_DATA_HOME", AzuriteFixture.LocalApplicationData),
            ("Training__Threads", "1"));
        var printed = await demo.WaitForOutputAsync(
            new Regex("All this as one trace: (?<dashboard>http://127.0.0.1:[0-9]+/)traces/detail/(?<trace>[0-9a-f]{32})"), CancellationToken);
        var dashboard = new Uri(printed.Groups["dashboard"].Value);

        // Spans arrive in no order: the last ones of one process may come before the first ones of another.
        var id = printed.Groups["trace"].Value;
        var all = await WaitForAsync(
            dashboard,
            spans => spans.Any(span => span.Name == "demo")
                && spans.Any(span => span.Name == "process training")
                && spans.Where(span => span.TraceId == id).All(span => span.ParentId is null || spans.Any(parent => parent.Id == span.ParentId)));
        var trace = all.Where(span => span.TraceId == id).ToArray();

        trace.ShouldAllBe(span => span.Service == "genrecloud");
        var root = trace.Single(span => span.ParentId is null);
        root.Name.ShouldBe("demo");
        Way(trace, "complete").ShouldEndWith("demo > POST > POST /api/imports/ > send imports > process imports > send imports > process imports > complete");
        Way(trace, "partition").ShouldEndWith("send imports > process imports > partition");
        Way(trace, "register").ShouldEndWith("demo > POST > POST /api/runs/ > send training > process training > run > register");
        trace.Where(span => span.Name == "epoch").Select(span => span.Attributes["genrecloud.epoch"]).Order().ShouldBe(["1", "2"]);
        Way(trace, "export").ShouldEndWith("process training > run > export");
        var predictions = trace.Where(span => span.Name == "predict").ToArray();
        predictions.Length.ShouldBe(3);
        predictions.ShouldAllBe(span => Way(trace, span) == "demo > POST > POST /api/classify > predict");
        foreach (var answer in trace.Where(span => span.Name is "POST /api/classify" or "predict"))
        {
            answer.Attributes["genrecloud.model.name"].ShouldBe("small");
            answer.Attributes["genrecloud.model.version"].ShouldBe("1");
            answer.Attributes["genrecloud.dataset.name"].ShouldBe("small");
            answer.Attributes["genrecloud.dataset.version"].ShouldBe("1");
            answer.Attributes["genrecloud.run.id"].ShouldBe(trace.Single(span => span.Name == "run").Attributes["genrecloud.run.id"]);
        }

        // How often the demo asked how far something is shows nowhere; what the run answered it asks for once.
        all.Select(span => span.Name)
            .Where(name => name.StartsWith("GET /api/imports", StringComparison.Ordinal) || name.StartsWith("GET /api/runs", StringComparison.Ordinal))
            .ShouldBe(["GET /api/runs/{id}/answers"]);

        // GenreCloud's own overview leads there.
        var described = await demo.WaitForOutputAsync(new Regex("The API is described at (?<address>http://127.0.0.1:[0-9]+/)scalar"), CancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri(described.Groups["address"].Value) };
        (await client.GetStringAsync(new Uri("/overview", UriKind.Relative), CancellationToken)).ShouldContain($"href=\"{dashboard}traces\"");

        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows cannot ask a single console process to stop.");
        (await demo.StopAsync(CancellationToken)).ShouldBe(0, demo.Output);
        await Should.ThrowAsync<HttpRequestException>(TelemetrySpan.ReadAsync(dashboard, CancellationToken));
    }

    private static async Task<IReadOnlyList<TelemetrySpan>> WaitForAsync(Uri dashboard, Func<IReadOnlyList<TelemetrySpan>, bool> areThere)
    {
        while (true)
        {
            var spans = await TelemetrySpan.ReadAsync(dashboard, CancellationToken);
            if (areThere(spans))
            {
                return spans;
            }

            await Task.Delay(PollInterval, CancellationToken);
        }
    }

    private static string Way(IReadOnlyList<TelemetrySpan> trace, string name) => Way(trace, trace.Single(span => span.Name == name));

    /// <summary>The names from the trace's first span to this one.</summary>
    private static string Way(IReadOnlyList<TelemetrySpan> trace, TelemetrySpan span) =>
        span.ParentId is null ? span.Name : $"{Way(trace, trace.Single(parent => parent.Id == span.ParentId))} > {span.Name}";
}
