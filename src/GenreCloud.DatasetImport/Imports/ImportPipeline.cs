using System.Diagnostics;
using GenreCloud.DatasetImport.Profiles;
using GenreCloud.DatasetImport.Sources;
using GenreCloud.Datasets;
using GenreCloud.Storage;

namespace GenreCloud.DatasetImport.Imports;

/// <summary>
/// Does imports: stages the sources, plans, has the partitions done as messages of their own, and completes the version after the last of them.
/// Every step begins where an earlier worker left it: what is staged, planned or done is found and not done again.
/// </summary>
internal sealed class ImportPipeline(
    ImportStore imports,
    ImportFiles files,
    ImportPlanner planner,
    PartitionImport partitions,
    ImportCompletion completion,
    DatasetStore datasets,
    SourceStaging staging,
    WorkQueue<ImportMessage> queue,
    TimeProvider time)
{
    /// <summary>Stages, plans and queues the partitions of an import.</summary>
    /// <exception cref="ImportFailedException">The source cannot become a dataset.</exception>
    /// <exception cref="JobNotFoundException">There is no such import.</exception>
    public async Task RunAsync(string id, CancellationToken cancellationToken)
    {
        var import = await imports.UpdateAsync(
            id,
            current => current with
            {
                Status = current.Status == ImportStatus.Queued ? ImportStatus.Staging : current.Status, StartedAt = current.StartedAt ?? time.GetUtcNow(),
            },
            cancellationToken);
        if (import.HasEnded)
        {
            return;
        }

        import = await WithoutLostAsync(import, cancellationToken);
        import = await TracedWork.RunAsync(() => ImportTelemetry.StartStage(import), _ => StageAsync(import, cancellationToken));
        if (await files.FindPlanAsync(id, cancellationToken) is not { } plan)
        {
            var present = import.Add ? await FindBaseAsync(import, cancellationToken) : null;
            if (await FindSameAsync(import, present, cancellationToken) is { } manifest)
            {
                await TracedWork.RunAsync(
                    () => ImportTelemetry.StartComplete(import), span => EndAsync(import, manifest, reused: true, span, cancellationToken));
                return;
            }

            plan = await TracedWork.RunAsync(() => ImportTelemetry.StartPlan(import), _ => planner.PlanAsync(import, present, Added(import, present), cancellationToken));
        }

        import = await imports.UpdateAsync(id, current => current.Reading(plan, time.GetUtcNow()), cancellationToken);
        foreach (var (partition, _) in import.Partitions.Index().Where(partition => !partition.Item.IsDone))
        {
            await queue.EnqueueAsync(new ImportMessage(id, partition), cancellationToken);
        }

        await CompleteIfDoneAsync(import, plan, cancellationToken);
    }

    /// <summary>Does a partition, and completes the version if it was the last.</summary>
    /// <exception cref="ImportFailedException">The source cannot become a dataset.</exception>
    /// <exception cref="JobNotFoundException">There is no such import.</exception>
    public async Task RunPartitionAsync(string id, int partition, CancellationToken cancellationToken)
    {
        var import = await imports.FindAsync(id, cancellationToken) ?? throw new JobNotFoundException(id);
        if (import.HasEnded || partition >= import.Partitions.Count)
        {
            // The second is a message of a plan that is no longer there.
            return;
        }

        var plan = await files.FindPlanAsync(id, cancellationToken) ?? throw new JobNotFoundException(id);
        if (!import.Partitions[partition].IsDone)
        {
            import = await TracedWork.RunAsync(
                () => ImportTelemetry.StartPartition(import, partition), _ => RunPartitionAsync(import, plan, partition, cancellationToken));
        }

        await CompleteIfDoneAsync(import, plan, cancellationToken);
    }

    private async Task<Import> RunPartitionAsync(Import import, ImportPlan plan, int partition, CancellationToken cancellationToken)
    {
        PartitionProgress done;
        await using (var progress = new JobProgress<Import>(imports, import.Id, time))
        {
            done = await partitions.RunAsync(
                import,
                plan,
                partition,
                reached => progress.Post(current => current.With(partition, reached, time.GetUtcNow()), cancellationToken),
                cancellationToken);
        }

        return await imports.UpdateAsync(import.Id, current => current.With(partition, done, time.GetUtcNow()), cancellationToken);
    }

    /// <summary>
    /// Completes the version when all partitions are done. The worker that sees the last one become done does it, and after its death the one that
    /// gets its message again: two at once write the same.
    /// </summary>
    private async Task CompleteIfDoneAsync(Import import, ImportPlan plan, CancellationToken cancellationToken)
    {
        if (!import.HasEnded && import.Partitions.All(partition => partition.IsDone))
        {
            await TracedWork.RunAsync(
                () => ImportTelemetry.StartComplete(import),
                async span => await EndAsync(import, await completion.RunAsync(import, plan, cancellationToken), reused: false, span, cancellationToken));
        }
    }

    /// <summary>
    /// The import without what its document tells and storage no longer has: of one that ended long ago, the garbage collection has removed the sources, or
    /// the plan and the results, or both.
    /// </summary>
    /// <exception cref="ImportFailedException">A source is gone that came with the request.</exception>
    private async Task<Import> WithoutLostAsync(Import import, CancellationToken cancellationToken)
    {
        var archives = new List<StagedSource>();
        foreach (var archive in import.StagedArchives)
        {
            if (!await staging.IsStoredAsync(archive, StagedKind.Zip, cancellationToken))
            {
                // It and those after it come again, in the order of the sources.
                break;
            }

            archives.Add(archive);
        }

        if (archives.Count < import.StagedArchives.Count && import.Sources.Count == 0)
        {
            throw import.StagedArchives[archives.Count].Gone();
        }

        var labels = import.StagedLabels is { } staged && await staging.IsStoredAsync(staged, StagedKind.Csv, cancellationToken) ? staged : null;
        var isReset = import.Partitions.Count > 0 && await files.FindPlanAsync(import.Id, cancellationToken) is null;
        return archives.Count == import.StagedArchives.Count && labels == import.StagedLabels && !isReset
            ? import
            : await imports.UpdateAsync(
                import.Id, current => (isReset ? current.Unread() : current) with { StagedArchives = archives, StagedLabels = labels }, cancellationToken);
    }

    private async Task<Import> StageAsync(Import import, CancellationToken cancellationToken)
    {
        while (import.StagedArchives.Count < import.Sources.Count)
        {
            import = await StageNextAsync(import, cancellationToken);
        }

        if (import is { Labels: { } labels, StagedLabels: null })
        {
            var staged = await staging.StageLabelsAsync(labels, cancellationToken);
            import = await imports.UpdateAsync(import.Id, current => current with { StagedLabels = staged }, cancellationToken);
        }

        return import;
    }

    private async Task<Import> StageNextAsync(Import import, CancellationToken cancellationToken)
    {
        var wanted = import.Sources[import.StagedArchives.Count];
        var before = import.StagedArchives.Sum(archive => archive.Bytes);
        await using var progress = new JobProgress<Import>(imports, import.Id, time);
        var archive = await staging.StageArchiveAsync(
            wanted,
            wanted.Sha256?.ToLowerInvariant(),
            (bytes, all) => progress.Post(
                current => current with { Progress = new ImportProgress { StagedBytes = before + bytes, SourceBytes = before + all } }, cancellationToken),
            cancellationToken);
        await progress.FlushAsync(cancellationToken);

        // Those before and this one, also where the answer to the first attempt got lost and the change is made again.
        return await imports.UpdateAsync(import.Id, current => current with { StagedArchives = [.. import.StagedArchives, archive] }, cancellationToken);
    }

    /// <summary>The version that is added to; null where the dataset has none yet.</summary>
    private async Task<DatasetReader?> FindBaseAsync(Import import, CancellationToken cancellationToken)
    {
        var present = await datasets.FindLatestVersionAsync(import.Dataset, cancellationToken) is { } version
            ? await datasets.FindAsync(import.Dataset, version, cancellationToken)
            : null;
        return present is null || present.Manifest.Profile == import.Profile
            ? present
            : throw new ImportFailedException(
                "The archives cannot be added to this dataset",
                $"Version {present.Manifest.Version} of {import.Dataset} was imported with profile {present.Manifest.Profile}, and this is {import.Profile}.");
    }

    /// <summary>The import's archives that a version does not have, each once.</summary>
    private static IReadOnlyList<StagedSource> Added(Import import, DatasetReader? present)
    {
        var known = present is null ? [] : SourcesOf(present.Manifest).Select(source => source.Sha256).ToHashSet(StringComparer.Ordinal);
        return [.. import.StagedArchives.Where(archive => known.Add(archive.Sha256))];
    }

    /// <summary>The version that has the same content as this import would write, if there is one.</summary>
    private async Task<DatasetManifest?> FindSameAsync(Import import, DatasetReader? present, CancellationToken cancellationToken)
    {
        if (present is not null)
        {
            return Added(import, present).Count == 0 ? present.Manifest : null;
        }

        var profile = ImportProfile.Recorded(import.Profile, import.LabelRules);
        (string, string?)[] wanted = [.. Added(import, present).Select(archive => (archive.Sha256, import.StagedLabels?.Sha256))];
        foreach (var version in (await datasets.ListVersionsAsync(import.Dataset, cancellationToken)).Reverse())
        {
            var manifest = (await datasets.FindAsync(import.Dataset, version, cancellationToken))?.Manifest;
            if (manifest is not null
                && manifest.Profile == import.Profile
                && ImportProfile.Recorded(manifest.Profile, manifest.LabelRules).LabelRules == profile.LabelRules
                && SourcesOf(manifest).SequenceEqual(wanted)
                && (import.Licence ?? manifest.Source.Licence) == manifest.Source.Licence)
            {
                return manifest;
            }
        }

        return null;
    }

    private static IEnumerable<(string Sha256, string? LabelsSha256)> SourcesOf(DatasetManifest manifest) =>
        manifest.FurtherSources.Select(source => (source.Sha256, source.Labels?.Sha256)).Prepend((manifest.Source.Sha256, manifest.LabelSource?.Sha256));

    private async Task EndAsync(Import import, DatasetManifest manifest, bool reused, Activity? span, CancellationToken cancellationToken)
    {
        span?.SetDatasetVersion(manifest.Version);
        await imports.UpdateAsync(
            import.Id,
            current => current with
            {
                Status = ImportStatus.Completed,
                Version = manifest.Version,
                Reused = reused,
                UnreadableValues = manifest.UnreadableValues,
                EndedAt = time.GetUtcNow(),
                Partitions = [],
                Progress = current.Progress with
                {
                    Imported = manifest.Samples, Quarantined = manifest.Quarantined.Values.Sum(), QuarantinedByReason = manifest.Quarantined, SecondsLeft = null,
                },
            },
            cancellationToken);
    }
}
