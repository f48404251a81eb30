using GenreCloud.Client.Imports;
using GenreCloud.Dashboard.Components;

namespace GenreCloud.Dashboard.Imports;

/// <summary>How far an import is, in words and as a part of the whole.</summary>
/// <param name="Name">What it is at.</param>
/// <param name="Part">0 to 1; null where the whole is not known.</param>
/// <param name="Done">"1,200 of 40,000 pictures".</param>
/// <param name="Rate">"340 pictures/s, 34.0 MB/s"; null before there is one.</param>
/// <param name="Left">How long it takes yet; null where nothing tells.</param>
public sealed record ImportStage(string Name, double? Part, string? Done, string? Rate, TimeSpan? Left)
{
    /// <param name="rate">Of the staged bytes, which the service does not tell; null where only a list is shown.</param>
    public static ImportStage Of(ImportStatus status, ImportProgress progress, TransferRate? rate = null) => status switch
    {
        ImportStatus.Queued => new ImportStage("Queued", null, "Waits for a worker", null, null),
        ImportStatus.Staging => Staging(progress, rate),
        ImportStatus.Reading => Reading(progress),
        ImportStatus.Completed => new ImportStage("Completed", 1, Result(progress), null, null),
        ImportStatus.Failed => new ImportStage("Failed", null, null, null, null),
        _ => new ImportStage("Cancelled", null, null, null, null),
    };

    private static ImportStage Staging(ImportProgress progress, TransferRate? rate) => new(
        "Staging",
        progress.SourceBytes is > 0 and { } all ? (double)progress.StagedBytes / all : null,
        progress.SourceBytes is { } source ? $"{Amount.Bytes(progress.StagedBytes)} of {Amount.Bytes(source)}" : Amount.Bytes(progress.StagedBytes),
        rate?.PerSecond is { } speed ? $"{Amount.Bytes(speed)}/s" : null,
        progress.SourceBytes is { } whole ? rate?.TimeFor(whole - progress.StagedBytes) : null);

    private static ImportStage Reading(ImportProgress progress) => new(
        "Reading",
        progress.TotalBytes > 0 ? (double)progress.Bytes / progress.TotalBytes : null,
        progress.TotalEntries > 0 ? $"{Amount.Of(progress.Entries)} of {Amount.Of(progress.TotalEntries, "picture")}" : "Opens the archive",
        progress.EntriesPerSecond > 0 ? $"{Amount.Of((long)progress.EntriesPerSecond)} pictures/s, {Amount.Bytes(progress.BytesPerSecond)}/s" : null,
        progress.SecondsLeft is { } seconds ? TimeSpan.FromSeconds(seconds) : null);

    private static string Result(ImportProgress progress) => progress.Quarantined == 0
        ? $"{Amount.Of(progress.Imported, "picture")} imported"
        : $"{Amount.Of(progress.Imported, "picture")} imported, {Amount.Of(progress.Quarantined)} quarantined";
}
