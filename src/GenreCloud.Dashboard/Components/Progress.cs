using GenreCloud.Client.Imports;
using GenreCloud.Client.Runs;

namespace GenreCloud.Dashboard.Components;

/// <summary>How far long work is, 0 to 1.</summary>
internal static class Progress
{
    /// <summary>Of an import: of its pictures, and before there are any of its bytes.</summary>
    public static double PartOf(Import import) => import switch
    {
        { Status: ImportStatus.Completed } => 1,
        { Status: ImportStatus.Staging, Progress: { SourceBytes: > 0 and var bytes, StagedBytes: var staged } } => (double)staged / bytes,
        { Progress: { TotalEntries: > 0 and var total, Entries: var entries } } => (double)entries / total,
        _ => 0,
    };

    /// <summary>Of a run: of the steps of its phase.</summary>
    public static double PartOf(Run run) => run switch
    {
        { Status: RunStatus.Completed or RunStatus.Registering } => 1,
        { Progress: { TotalSteps: > 0 and var total, Step: var step } } => (double)step / total,
        _ => 0,
    };
}
