using System.Diagnostics;
using GenreCloud.Inference.Monitoring;
using GenreCloud.Inference.Tests.Admission;
using GenreCloud.ModelRuntime.Monitoring;
using GenreCloud.Registry;
using GenreCloud.Testing;

namespace GenreCloud.Inference.Tests.Classify;

/// <summary>The spans and the measurements of a prediction.</summary>
public sealed class ClassifyTelemetryTests(AzuriteFixture azurite)
{
    private static readonly ModelLineage Lineage = new()
    {
        RunId = "0199c0de000070008000000000000001", Dataset = new DatasetReference("songs", "3", new string('a', 64)),
    };

    [Fact]
    public async Task A_predictions_spans_say_which_model_version_answers_and_what_it_was_trained_on()
    {
        var account = azurite.NewAccount();
        await TestModel.First.RegisterAsync(account, TestModel.First.Description with { Lineage = Lineage });
        await using var service = await InferenceHost.StartAsync(account);
        using var recording = new TelemetryRecording();

        await service.ClassifyAsync(Spectrograms.Pngs[0]);

        var predict = recording.Span("predict");
        ((Activity[])[predict]).ShouldBeAsDocumented("predict");
        var request = await RequestAsync(recording);
        predict.ParentSpanId.ShouldBe(request.SpanId);
        foreach (var span in (Activity[])[predict, request])
        {
            span.GetTagItem("genrecloud.model.name").ShouldBe("genres");
            span.GetTagItem("genrecloud.model.version").ShouldBe(1);
            span.GetTagItem("genrecloud.run.id").ShouldBe(Lineage.RunId);
            span.GetTagItem("genrecloud.dataset.name").ShouldBe("songs");
            span.GetTagItem("genrecloud.dataset.version").ShouldBe("3");
        }
    }

    [Fact]
    public async Task A_version_that_cannot_be_served_is_on_the_span_of_its_request()
    {
        var account = azurite.NewAccount();
        await TestModel.First.RegisterAsync(account);
        await using var service = await InferenceHost.StartAsync(account);
        using var recording = new TelemetryRecording();

        using var content = InferenceHost.Png(Spectrograms.Pngs[0]);
        (await service.ProblemAsync(content, "?version=7")).Status.ShouldBe(404);

        var request = await RequestAsync(recording);
        request.GetTagItem("genrecloud.model.version").ShouldBe(7);
        recording.Spans.ShouldNotContain(span => span.DisplayName == "predict");
    }

    [Fact]
    public async Task Predictions_are_measured_and_the_check_of_a_loaded_model_is_not()
    {
        var account = azurite.NewAccount();
        await TestModel.First.RegisterAsync(account, "measured");
        await using var service = await InferenceHost.StartAsync(account);
        using var recording = new TelemetryRecording();

        for (var i = 0; i < 3; i++)
        {
            await service.ClassifyAsync(Spectrograms.Pngs[i]);
        }

        recording.Measurements.ShouldAllBe(
            measurement => "measured".Equals(measurement.Tags["genrecloud.model.name"]) && 1.Equals(measurement.Tags["genrecloud.model.version"]));
        Of(recording, "genrecloud.inference.batch.size").ShouldBe([1, 1, 1]);
        Of(recording, "genrecloud.inference.run.duration").ShouldAllBe(seconds => seconds > 0 && seconds < 600);
        Of(recording, "genrecloud.inference.queue.duration").Count.ShouldBe(3);
        recording.AllMeasurements
            .Count(measurement => measurement.Instrument.Name == "genrecloud.inference.run.duration" && measurement.Tags.Values.Contains("measured"))
            .ShouldBe(3);
    }

    [Fact]
    public async Task Every_instrument_records_what_the_table_says()
    {
        var account = azurite.NewAccount();
        var reference = SampleFigures.Count([SampleFigures.Of(default, default, TestModel.Quick[0].Probabilities[0])], TestModel.Labels.Count);
        var card = await TestModel.Quick[0].RegisterAsync(account, TestModel.Quick[0].Description with { Reference = reference });
        await TestModel.Quick[1].RegisterAsync(account);
        await new TrafficRules(account.Blobs, TestModel.RegistryOf(account), TimeProvider.System).SetAsync(
            "genres", ModelAlias.Production, new TrafficRule(2) { ShadowShare = 1 }, expected: null, "tests", why: null, TestContext.Current.CancellationToken);
        await using var service = await InferenceHost.StartAsync(account, time: null, ("Inference:IntraOpThreads", "0"), ("Inference:MaxQueuedRequestsPerRun", "1"));
        await service.WaitForHealthAsync("Healthy");
        using var recording = new TelemetryRecording();

        Task<Answer> waiting;
        using (await OccupiedSlots.TakeAsync(service))
        {
            waiting = service.ClassifyAsync(Spectrograms.Pngs[0]);
            await OccupiedSlots.WaitForQueueAsync(service, 1);
            using var content = InferenceHost.Png(Spectrograms.Pngs[0]);
            (await service.ProblemAsync(content)).Status.ShouldBe(429);
        }

        await waiting;
        (await recording.WaitForSpansAsync("predict", 2, TestContext.Current.CancellationToken))
            .Select(span => span.GetTagItem("genrecloud.model.version")).ShouldBe([1, 2]);
        while (recording.AllMeasurements.All(measurement => measurement.Instrument.Name != "genrecloud.inference.shadow.copies"))
        {
            await Task.Yield();
        }

        // What is enough to be compared, and written when the service stops.
        var monitor = service.Part<AnswerMonitor>();
        for (var spectrogram = 0; spectrogram < MonitorReport.FewestSpectrograms; spectrogram++)
        {
            monitor.Of(card)!.Add(Spectrograms.PixelsOf(Spectrograms.Pngs[0]), default, TestModel.Quick[0].Probabilities[0]);
        }

        await monitor.StopAsync(TestContext.Current.CancellationToken);

        // A copy's outcome is counted when the request's trace is over.
        recording.AllMeasurements.ShouldBeAsDocumented(recording.Instruments, "GenreCloud.Inference");
    }

    /// <summary>The server's span, which ends after the answer was sent.</summary>
    private static async Task<Activity> RequestAsync(TelemetryRecording recording) =>
        (await recording.WaitForAsync(span => span.Kind == ActivityKind.Server, 1, TestContext.Current.CancellationToken))[0];

    private static List<double> Of(TelemetryRecording recording, string instrument) =>
        [.. recording.Measurements.Where(measurement => measurement.Instrument.Name == instrument).Select(measurement => measurement.Value)];
}
