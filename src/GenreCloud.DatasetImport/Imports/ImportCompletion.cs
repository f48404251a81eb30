using System.Reflection;
using System.Runtime.CompilerServices;
using GenreCloud.Datasets;

namespace GenreCloud.DatasetImport.Imports;

/// <summary>
/// Makes a dataset version of what the partitions of an import came to. A function of the plan and the results: done again, by whomever, it writes
/// the same files or finds them there.
/// </summary>
internal sealed class ImportCompletion(ImportFiles files, DatasetStore datasets)
{
    private static readonly string Producer =
        $"GenreCloud {typeof(ImportCompletion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion}";

    /// <exception cref="ImportFailedException">No picture is left.</exception>
    public async Task<DatasetManifest> RunAsync(Import import, ImportPlan plan, CancellationToken cancellationToken)
    {
        var present = plan.BaseVersion is { } version
            ? await datasets.FindAsync(import.Dataset, version, cancellationToken) ?? throw Gone(import, version)
            : null;
        var merged = new MergedPartitions(plan, import.LabelRules);
        if (present is not null)
        {
            merged.AddBase(present.Manifest, await present.ReadSamplesAsync(cancellationToken));
        }

        for (var partition = 0; partition < plan.Partitions.Count; partition++)
        {
            merged.Add(
                await files.ReadPartitionAsync(import.Id, partition, cancellationToken),
                await files.FindResultAsync(import.Id, partition, cancellationToken)
                    ?? throw new InvalidOperationException($"Partition {partition} of import {import.Id} has no result."));
        }

        if (merged.Added == 0)
        {
            throw await NothingLeftAsync(import, plan, merged, cancellationToken);
        }

        if (present is not null)
        {
            for (var shard = 0; shard < plan.FirstShard; shard++)
            {
                await datasets.CopyShardAsync(plan.Reservation, present.Manifest.Version, present.Manifest.Shards[shard], shard, cancellationToken);
            }
        }

        var content = new DatasetContent
        {
            Shards = merged.Shards,
            Samples = merged.Samples,
            Quarantine = QuarantineAsync(import, present, merged, cancellationToken),
            UnreadableValues = merged.UnreadableValues,
        };
        var manifest = await datasets.CompleteAsync(plan.Reservation, OptionsOf(import, plan, present?.Manifest), content, cancellationToken);
        foreach (var duplicate in merged.Quarantine.Where(entry => QuarantineReason.IsFoundByComparing(entry.Reason)))
        {
            ImportTelemetry.Count(import.Profile, duplicate.Reason);
        }

        return manifest;
    }

    private static DatasetWriterOptions OptionsOf(Import import, ImportPlan plan, DatasetManifest? present)
    {
        DatasetSource[] added = [.. plan.Archives.Select(archive => archive.ToSource() with { Licence = import.Licence })];
        var labels = import.StagedLabels?.ToSource();
        var first = present is null ? 1 : 0;
        return new DatasetWriterOptions
        {
            Profile = import.Profile,
            LabelRules = import.LabelRules,
            Source = present?.Source ?? added[0],
            LabelSource = present is null ? labels : present.LabelSource,
            FurtherSources = [.. present?.FurtherSources ?? [], .. added.Skip(first).Select(source => source with { Labels = labels })],
            BaseVersion = present?.Version,
            Producer = Producer,
        };
    }

    /// <summary>What the base left out, then pictures in the order of the archives, then rows.</summary>
    private async IAsyncEnumerable<QuarantineEntry> QuarantineAsync(
        Import import, DatasetReader? present, MergedPartitions merged, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (present is not null)
        {
            await foreach (var entry in present.ReadQuarantineAsync(cancellationToken))
            {
                yield return entry;
            }
        }

        foreach (var entry in merged.Quarantine)
        {
            yield return entry;
        }

        await foreach (var row in files.ReadRowsAsync(import.Id, cancellationToken))
        {
            yield return row;
        }
    }

    private async Task<ImportFailedException> NothingLeftAsync(
        Import import, ImportPlan plan, MergedPartitions merged, CancellationToken cancellationToken)
    {
        var all = await merged.Quarantine.ToAsyncEnumerable().Concat(files.ReadRowsAsync(import.Id, cancellationToken)).ToListAsync(cancellationToken);
        var reasons = all.CountBy(entry => entry.Reason).OrderByDescending(reason => reason.Value).ThenBy(reason => reason.Key, StringComparer.Ordinal);
        return new ImportFailedException(
            "Nothing is left to import",
            $"None of the {plan.Partitions.Sum(partition => partition.Entries)} pictures can be used: "
            + $"{string.Join(", ", reasons.Select(reason => $"{reason.Key} {reason.Value}"))}. The first: {all[0].Entry}: {all[0].Message}");
    }

    private static ImportFailedException Gone(Import import, int version) => new(
        "The version to add to is gone", $"{import.Dataset} version {version} was deleted meanwhile. Import again, without \"add\" or to the version that is left.");
}
