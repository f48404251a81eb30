using System.Diagnostics;
using System.Diagnostics.Metrics;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.Storage;

namespace GenreCloud.DatasetImport;

/// <summary>Spans and instruments of imports.</summary>
internal static class ImportTelemetry
{
    private const string Name = "GenreCloud.DatasetImport";
    private const string Outcome = "genrecloud.import.outcome";
    private const string Profile = "genrecloud.import.profile";
    private const string Partition = "genrecloud.import.partition";
    private const string Stage = "genrecloud.import.stage";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> Entries = Meter.CreateCounter<long>(
        "genrecloud.import.entries", unit: "{entry}", description: "Pictures that were imported, and pictures and rows of labels that were quarantined.");

    private static readonly Counter<long> Io = Meter.CreateCounter<long>(
        "genrecloud.import.io", unit: "By", description: "Bytes of sources brought into storage, and bytes of pictures read from staged sources.");

    public static void CountImported(string profile) => CountEntry(profile, "imported");

    /// <param name="reason">See <see cref="QuarantineReason"/>.</param>
    public static void CountQuarantined(string profile, string reason) => CountEntry(profile, reason);

    public static void CountStaged(int bytes) => Io.Add(bytes, KeyValuePair.Create<string, object?>(Stage, "staging"));

    public static void CountRead(int bytes) => Io.Add(bytes, KeyValuePair.Create<string, object?>(Stage, "reading"));

    /// <summary>The span of bringing the sources into storage.</summary>
    public static Activity? StartStage(Import import) => Start("stage", import);

    /// <summary>The span of checking an archive's pictures and writing them into shards.</summary>
    /// <param name="partition">Which part of the archive; 0 for the first or only one.</param>
    public static Activity? StartPartition(Import import, int partition) => Start("partition", import)?.SetTag(Partition, partition);

    /// <summary>The span of making the dataset version visible.</summary>
    public static Activity? StartComplete(Import import) => Start("complete", import);

    public static Activity SetDatasetVersion(this Activity span, int version) =>
        span.SetTag(TelemetryAttributes.DatasetVersion, $"{version}");

    private static Activity? Start(string name, Import import) =>
        Source.StartActivity(name)
            ?.SetTag(TelemetryAttributes.ImportId, import.Id)
            .SetTag(TelemetryAttributes.DatasetName, import.Dataset);

    private static void CountEntry(string profile, string outcome) =>
        Entries.Add(1, KeyValuePair.Create<string, object?>(Profile, profile), KeyValuePair.Create<string, object?>(Outcome, outcome));
}
