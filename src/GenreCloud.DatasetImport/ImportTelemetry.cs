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

    /// <param name="profile">The import's.</param>
    /// <param name="quarantined">See <see cref="QuarantineReason"/>; null for a picture that was imported.</param>
    public static void Count(string profile, string? quarantined) => Entries.Add(
        1, KeyValuePair.Create<string, object?>(Profile, profile), KeyValuePair.Create<string, object?>(Outcome, quarantined ?? "imported"));

    public static void CountStaged(int bytes) => Io.Add(bytes, KeyValuePair.Create<string, object?>(Stage, "staging"));

    public static void CountRead(int bytes) => Io.Add(bytes, KeyValuePair.Create<string, object?>(Stage, "reading"));

    /// <summary>The span of bringing the sources into storage.</summary>
    public static Activity? StartStage(Import import) => Start("stage", import);

    /// <summary>The span of deciding from directories and labels what becomes of each picture.</summary>
    public static Activity? StartPlan(Import import) => Start("plan", import);

    /// <summary>The span of checking a part of the pictures and writing them into a shard.</summary>
    /// <param name="partition">Which part; 0 for the first or only one.</param>
    public static Activity? StartPartition(Import import, int partition) => Start("partition", import)?.SetTag(Partition, partition);

    /// <summary>The span of making the dataset version visible.</summary>
    public static Activity? StartComplete(Import import) => Start("complete", import);

    public static Activity SetDatasetVersion(this Activity span, int version) =>
        span.SetTag(TelemetryAttributes.DatasetVersion, $"{version}");

    private static Activity? Start(string name, Import import) =>
        Source.StartActivity(name)
            ?.SetTag(TelemetryAttributes.ImportId, import.Id)
            .SetTag(TelemetryAttributes.DatasetName, import.Dataset);
}
