using System.Diagnostics;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.DatasetImport.Tests.Sources;
using GenreCloud.Testing;

namespace GenreCloud.DatasetImport.Tests.Imports;

/// <summary>The trace and the measurements of an import.</summary>
public sealed class ImportTelemetryTests(ImportService service) : IClassFixture<ImportService>
{
    private readonly ServiceHost _host = service.Host;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_import_is_one_trace_from_the_request_to_the_dataset_version()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("traced.zip", SourceZip.WithTracks(3, "rock").ToBytes());
        using var recording = new TelemetryRecording();

        var import = await _host.EndOfAsync(await _host.StartImportAsync("traced", new ImportSource { Path = path }));

        import.Error.ShouldBeNull();
        var processes = (await recording.WaitForSpansAsync("process imports", 2, CancellationToken)).OrderBy(span => span.StartTimeUtc).ToArray();
        processes.Length.ShouldBe(2);
        var request = recording.Spans.Single(span => span.Kind == ActivityKind.Server && import.Id.Equals(span.GetTagItem("genrecloud.import.id")));
        var sends = recording.Spans.Where(span => span.DisplayName == "send imports").OrderBy(span => span.StartTimeUtc).ToArray();
        sends.Select(span => span.ParentSpanId).ShouldBe([request.SpanId, processes[0].SpanId]);
        processes.Select(span => span.ParentSpanId).ShouldBe(sends.Select(span => span.SpanId));
        StepsOf(processes[0]).Select(span => span.DisplayName).ShouldBe(["stage", "plan", "send imports"]);
        StepsOf(processes[1]).Select(span => span.DisplayName).ShouldBe(["partition", "complete"]);
        Activity[] steps = [.. StepsOf(processes[0]).Where(span => span.DisplayName != "send imports"), .. StepsOf(processes[1])];
        foreach (var span in steps)
        {
            span.GetTagItem("genrecloud.import.id").ShouldBe(import.Id);
            span.GetTagItem("genrecloud.dataset.name").ShouldBe("traced");
            span.Status.ShouldBe(ActivityStatusCode.Unset);
            ((Activity[])[span]).ShouldBeAsDocumented(span.DisplayName);
        }

        steps[2].GetTagItem("genrecloud.import.partition").ShouldBe(0);
        steps[3].GetTagItem("genrecloud.dataset.version").ShouldBe("1");
        processes.ShouldBeAsDocumented("process {queue}", without: ["genrecloud.run.id", "genrecloud.evaluation.id"]);
        processes.ShouldAllBe(process => "completed".Equals(process.GetTagItem("genrecloud.job.outcome")));

        Activity[] StepsOf(Activity process) =>
            [.. recording.Spans.Where(span => span.ParentSpanId == process.SpanId && span.Source.Name.StartsWith("GenreCloud.", StringComparison.Ordinal)).OrderBy(span => span.StartTimeUtc)];
    }

    [Fact]
    public async Task An_import_that_is_there_already_is_completed_in_its_own_trace()
    {
        var zip = SourceZip.WithTracks(2, "rock").ToBytes();
        await _host.ImportAsync("traced-again", zip);
        using var recording = new TelemetryRecording();

        await _host.ImportAsync("traced-again", zip);

        var process = (await recording.WaitForSpansAsync("process imports", 1, CancellationToken)).ShouldHaveSingleItem();
        recording.Spans.Where(span => span.ParentSpanId == process.SpanId).Select(span => span.DisplayName).ShouldBe(["stage", "complete"]);
        recording.Span("complete").GetTagItem("genrecloud.dataset.version").ShouldBe("1");
    }

    [Fact]
    public async Task A_source_that_cannot_be_imported_ends_its_trace_with_an_error_that_names_neither_path_nor_track()
    {
        using var recording = new TelemetryRecording();

        await _host.FailToImportAsync("traced-bad", new SourceZip().Row("track", "rock").Entry("rock/t/track.png", "no picture").ToBytes());

        var process = (await recording.WaitForSpansAsync("process imports", 2, CancellationToken)).Single(span => span.Status != ActivityStatusCode.Unset);
        process.Status.ShouldBe(ActivityStatusCode.Error);
        process.GetTagItem("error.type").ShouldBe(typeof(ImportFailedException).FullName);
        process.GetTagItem("genrecloud.job.outcome").ShouldBe("given_up");
        foreach (var span in recording.Spans.Where(span => span.Source.Name.StartsWith("GenreCloud.", StringComparison.Ordinal)))
        {
            span.StatusDescription.ShouldBeNull();
            span.Events.ShouldBeEmpty();
            span.TagObjects.ShouldAllBe(tag => !$"{tag.Value}".Contains("track.png", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Entries_and_bytes_are_counted_as_documented()
    {
        var pictures = new SourceZip()
            .Track("good", "rock", TestPng.Spectrogram(1))
            .Track("better", "rock", TestPng.Spectrogram(2))
            .Track("no-png", "rock", [.. "GIF89a"u8])
            .Row("absent", "rock")
            .ToBytes();
        using var recording = new TelemetryRecording();

        await _host.ImportAsync("counted", pictures);

        await recording.WaitForSpansAsync("process imports", 2, CancellationToken);
        var ofImports = recording.Instruments.Where(instrument => instrument.Name.StartsWith("genrecloud.import.", StringComparison.Ordinal));
        recording.Measurements.ShouldBeAsDocumented(ofImports, "GenreCloud.DatasetImport");
        var entries = recording.Measurements.Where(measurement => measurement.Instrument.Name == "genrecloud.import.entries").ToArray();
        entries.ShouldAllBe(entry => "genres".Equals(entry.Tags["genrecloud.import.profile"]));
        Sums(entries, "genrecloud.import.outcome").ShouldBe(
            new Dictionary<string, double> { ["imported"] = 2, ["notPng"] = 1, ["noImage"] = 1 }, ignoreOrder: true);
        var bytes = Sums(recording.Measurements.Where(measurement => measurement.Instrument.Name == "genrecloud.import.io"), "genrecloud.import.stage");
        bytes["staging"].ShouldBe(pictures.Length);
        bytes["reading"].ShouldBe(TestPng.Spectrogram(1).Length + TestPng.Spectrogram(2).Length + 6);
    }

    private static Dictionary<string, double> Sums(IEnumerable<Measurement> measurements, string attribute) =>
        measurements.GroupBy(measurement => (string)measurement.Tags[attribute]!)
            .ToDictionary(group => group.Key, group => group.Sum(measurement => measurement.Value), StringComparer.Ordinal);
}
