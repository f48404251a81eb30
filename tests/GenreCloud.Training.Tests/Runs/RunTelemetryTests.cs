using System.Diagnostics;
using System.Net.Http.Json;
using Azure.Storage.Blobs;
using GenreCloud.ServiceDefaults;
using GenreCloud.Storage;
using GenreCloud.Testing;
using GenreCloud.Training.Runs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace GenreCloud.Training.Tests.Runs;

/// <summary>The trace and the measurements of a run.</summary>
public sealed class RunTelemetryTests(AzuriteFixture azurite)
{
    private static readonly string[] Steps = ["prepare", "epoch", "epoch", "measure", "export", "register"];

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_is_one_trace_from_the_request_to_the_registered_version_and_is_measured_as_documented()
    {
        var account = azurite.NewAccount();
        await SmallDataset.WriteAsync(account, "techno", "classical");
        await using var host = await StartAsync(account);
        using var recording = new TelemetryRecording();

        using var response = await host.Client.PostAsJsonAsync(
            new Uri("/api/runs", UriKind.Relative), new { dataset = SmallDataset.Name, epochs = 2, batchSize = 8 }, CancellationToken);
        var id = (await response.Content.ReadFromJsonAsync<Run>(GenreCloudJson.Options, CancellationToken)).ShouldNotBeNull().Id;
        var process = (await recording.WaitForSpansAsync("process training", 1, CancellationToken))[0];

        var request = (await recording.WaitForAsync(span => span.Kind == ActivityKind.Server, 1, CancellationToken))[0];
        var send = recording.Span("send training");
        var run = recording.Span("run");
        request.GetTagItem("genrecloud.run.id").ShouldBe(id);
        send.ParentSpanId.ShouldBe(request.SpanId);
        process.ParentSpanId.ShouldBe(send.SpanId);
        run.ParentSpanId.ShouldBe(process.SpanId);
        Activity[] steps = [.. recording.Spans.Where(span => span.ParentSpanId == run.SpanId)];
        steps.Select(span => span.DisplayName).ShouldBe(Steps);
        Activity[] ofRun = [run, .. steps];
        foreach (var name in ofRun.Select(span => span.DisplayName).Distinct())
        {
            ofRun.Where(span => span.DisplayName == name).ShouldBeAsDocumented(name);
        }

        ofRun.ShouldAllBe(span => id.Equals(span.GetTagItem("genrecloud.run.id")) && span.Status == ActivityStatusCode.Unset);
        steps.Where(span => span.DisplayName == "epoch").Select(span => span.GetTagItem("genrecloud.epoch")).ShouldBe([1, 2]);
        run.GetTagItem("genrecloud.dataset.version").ShouldBe("1");
        steps[^1].GetTagItem("genrecloud.model.version").ShouldBe(1);

        recording.Measurements.ShouldBeAsDocumented(recording.Instruments, "GenreCloud.Training");
        Of(recording, "genrecloud.training.samples").Sum(samples => samples.Value).ShouldBe(2 * 8, "an epoch is one batch of 8");
        Of(recording, "genrecloud.training.samples").ShouldAllBe(samples => "fp32".Equals(samples.Tags["genrecloud.training.precision"]));
        Of(recording, "genrecloud.training.throughput").ShouldAllBe(throughput => throughput.Value > 0);
        Of(recording, "genrecloud.training.epoch.duration").Count().ShouldBe(2);
        foreach (var instrument in (string[])["genrecloud.training.loss", "genrecloud.training.accuracy"])
        {
            Of(recording, instrument).Select(measurement => measurement.Tags["genrecloud.split"])
                .ShouldBe(["training", "validation", "training", "validation"]);
        }
    }

    [Fact]
    public async Task A_run_that_fails_ends_its_spans_with_the_type_of_the_error()
    {
        var account = azurite.NewAccount();
        var manifest = await SmallDataset.WriteAsync(account, "techno", "classical");
        var id = await RunExecution.AcceptAsync(account, manifest with { Version = 9 }, epochs: 1);
        using var recording = new TelemetryRecording();

        (await new RunExecution(account.Blobs).ExecuteAsync(id, recording.Root.Context)).Status.ShouldBe(RunStatus.Failed);

        recording.Spans.Select(span => (span.DisplayName, span.Status, span.GetTagItem("error.type"))).ShouldBe(
        [
            ("prepare", ActivityStatusCode.Error, "GenreCloud.Datasets.DatasetException"),
            ("run", ActivityStatusCode.Error, "GenreCloud.Datasets.DatasetException"),
        ]);
    }

    private static IEnumerable<Measurement> Of(TelemetryRecording recording, string instrument) =>
        recording.Measurements.Where(measurement => measurement.Instrument.Name == instrument);

    /// <summary>The service's API with a worker that executes runs in this process, where the recording sees them.</summary>
    private static async Task<ServiceHost> StartAsync(StorageAccount account)
    {
        await account.Queues.CreateQueueAsync(StorageNames.Queues.Training, cancellationToken: CancellationToken);
        await account.Queues.CreateQueueAsync(StorageNames.Queues.Poison(StorageNames.Queues.Training), cancellationToken: CancellationToken);
        await RunExecution.CreateContainersAsync(account);
        return await ServiceHost.StartAsync(
            account,
            builder =>
            {
                builder.AddServiceDefaults();
                builder.AddTrainingApi();
                builder.Services.AddSingleton(new RunExecution(account.Blobs));
                builder.Services.AddHostedService<InProcessWorker>();
            },
            app =>
            {
                app.MapDefaultEndpoints();
                app.MapRuns();
            });
    }

    private sealed class InProcessWorker(RunStore runs, RunExecution execution, WorkQueue<RunMessage> queue)
        : JobWorker<RunMessage>(queue, TimeProvider.System, NullLogger.Instance)
    {
        protected override BlobClient LeaseBlob(RunMessage message) => runs.Lease(message.RunId);

        protected override async Task<bool> WorkAsync(RunMessage message, CancellationToken cancellationToken)
        {
            // The process of a run knows nothing of this one but the context.
            var parent = Activity.Current!.Context;
            Activity.Current = null;
            return (await execution.ExecuteAsync(message.RunId, parent)).Status == RunStatus.Completed;
        }

        protected override Task GiveUpAsync(RunMessage message, string reason, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
