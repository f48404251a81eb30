using GenreCloud.DatasetImport.Profiles;
using GenreCloud.Datasets;
using Microsoft.Extensions.Options;

namespace GenreCloud.DatasetImport.Imports;

/// <summary>
/// Does partitions: checks and decodes every picture of one, and writes the good ones into its shard. A function of the partition's plan alone:
/// done again, by whomever, it comes to the same shard and the same result. While pictures are decoded, the next window comes and the last
/// block goes.
/// </summary>
internal sealed class PartitionImport(
    ImportFiles files, ImportArchives archives, DatasetStore datasets, IOptions<DatasetImportOptions> options, TimeProvider time)
{
    /// <param name="import">The import.</param>
    /// <param name="plan">Its plan.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="onProgress">Told after every picture.</param>
    /// <param name="cancellationToken">Ends the work; what was written so far is written again by the next.</param>
    /// <returns>How it ended; its result is stored.</returns>
    public async Task<PartitionProgress> RunAsync(
        Import import, ImportPlan plan, int partition, Action<PartitionProgress> onProgress, CancellationToken cancellationToken)
    {
        var work = await files.ReadPartitionAsync(import.Id, partition, cancellationToken);
        PlannedEntry[] entries = [.. work.Entries.Where(entry => entry.Fault is null)];
        var tally = new PartitionTally(work.Entries);
        if (await files.FindResultAsync(import.Id, partition, cancellationToken) is { } present)
        {
            foreach (var (entry, result) in entries.Zip(present.Entries))
            {
                tally.Add(entry, result);
            }

            return tally.Progress with { IsDone = true };
        }

        foreach (var entry in work.Entries.Where(entry => entry.Fault is not null))
        {
            ImportTelemetry.Count(import.Profile, entry.Fault!.Reason);
        }

        var zip = await archives.OpenEntriesAsync(plan.Archives[work.Archive], cancellationToken);
        var results = new List<EntryResult>(entries.Length);
        await using var shard = datasets.OpenShard(plan.Reservation, plan.FirstShard + partition);
        EntryCheck check = ImportProfile.Named(import.Profile).HasSongs ? new SongCheck(options.Value, time) : new PictureCheck(options.Value);
        await foreach (var window in zip.ReadWindowsAsync([.. entries.Select(entry => entry.Zip)], check.MaxBytes, cancellationToken))
        {
            using (window)
            {
                foreach (var zipEntry in window.Entries)
                {
                    var entry = entries[results.Count];
                    var result = await check.ReadAsync(window, zipEntry, cancellationToken);
                    if (result.Fault is null)
                    {
                        var location = await shard.AddAsync(entry.Sample!.Id, check.Png, cancellationToken);
                        result = result with { Offset = location.Offset, Length = location.Length };
                    }

                    results.Add(result);
                    tally.Add(entry, result);
                    ImportTelemetry.Count(import.Profile, result.Fault?.Reason);
                    onProgress(tally.Progress);
                }
            }
        }

        var shards = await shard.CompleteAsync(cancellationToken);
        await files.WriteResultAsync(import.Id, partition, new PartitionResult(shards.SingleOrDefault(), results), cancellationToken);
        return tally.Progress with { IsDone = true };
    }
}
