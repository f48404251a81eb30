using System.Diagnostics;
using System.IO.Compression;
using System.Reflection;
using Azure.Storage.Blobs;
using GenreCloud.DatasetImport.Profiles;
using GenreCloud.DatasetImport.Sources;
using GenreCloud.Datasets;
using GenreCloud.Storage;
using Microsoft.Extensions.Options;

namespace GenreCloud.DatasetImport.Imports;

/// <summary>
/// Does one import: stages the source, checks every picture, writes a dataset version. Done again after a crash it goes on
/// from the staged source, and writes another version number unless the first was complete already.
/// </summary>
internal sealed class ImportPipeline(
    ImportStore imports,
    DatasetStore datasets,
    BlobServiceClient blobs,
    SourceStaging staging,
    IOptions<DatasetImportOptions> options,
    TimeProvider time)
{
    private static readonly string Producer =
        $"GenreCloud {typeof(ImportPipeline).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion}";

    private readonly BlobContainerClient _sources = blobs.GetBlobContainerClient(StorageNames.Containers.Sources);

    /// <exception cref="ImportFailedException">The source cannot become a dataset.</exception>
    /// <exception cref="JobNotFoundException">There is no such import.</exception>
    public async Task RunAsync(string id, CancellationToken cancellationToken)
    {
        var import = await imports.UpdateAsync(
            id, import => import with { Status = ImportStatus.Staging, StartedAt = time.GetUtcNow(), Progress = new ImportProgress() }, cancellationToken);
        if (import.HasEnded)
        {
            return;
        }

        import = await TracedWork.RunAsync(() => ImportTelemetry.StartStage(import), _ => StageAsync(import, cancellationToken));
        if (await FindSameAsync(import, cancellationToken) is { } manifest)
        {
            await TracedWork.RunAsync(
                () => ImportTelemetry.StartComplete(import),
                span => CompleteAsync(import, manifest, reused: import.Version != manifest.Version, span, cancellationToken));
            return;
        }

        await WriteVersionAsync(import, cancellationToken);
    }

    private async Task<Import> StageAsync(Import import, CancellationToken cancellationToken)
    {
        if (import.StagedArchive is null)
        {
            await using var progress = new JobProgress<Import>(imports, import.Id, time);
            var archive = await staging.StageArchiveAsync(
                import.Source!,
                import.ExpectedSha256,
                (bytes, all) => progress.Post(
                    current => current with { Progress = new ImportProgress { StagedBytes = bytes, SourceBytes = all } }, cancellationToken),
                cancellationToken);
            await progress.FlushAsync(cancellationToken);
            import = await imports.UpdateAsync(import.Id, current => current with { StagedArchive = archive }, cancellationToken);
        }

        if (import is { Labels: { } labels, StagedLabels: null })
        {
            var staged = await staging.StageLabelsAsync(labels, cancellationToken);
            import = await imports.UpdateAsync(import.Id, current => current with { StagedLabels = staged }, cancellationToken);
        }

        return import;
    }

    /// <summary>The version that has the same content as this import would write, if there is one.</summary>
    private async Task<DatasetManifest?> FindSameAsync(Import import, CancellationToken cancellationToken)
    {
        var profile = ImportProfile.Recorded(import.Profile, import.LabelRules);
        foreach (var version in (await datasets.ListVersionsAsync(import.Dataset, cancellationToken)).Reverse())
        {
            var manifest = (await datasets.FindAsync(import.Dataset, version, cancellationToken))?.Manifest;
            if (manifest is not null
                && manifest.Profile == import.Profile
                && ImportProfile.Recorded(manifest.Profile, manifest.LabelRules).LabelRules == profile.LabelRules
                && manifest.Source.Sha256 == import.StagedArchive!.Sha256
                && manifest.LabelSource?.Sha256 == import.StagedLabels?.Sha256
                && (import.Licence ?? manifest.Source.Licence) == manifest.Source.Licence)
            {
                return manifest;
            }
        }

        return null;
    }

    private async Task WriteVersionAsync(Import import, CancellationToken cancellationToken)
    {
        var staged = import.StagedArchive!;
        var profile = ImportProfile.Recorded(import.Profile, import.LabelRules);
        using var archive = await SpectrogramArchive.OpenAsync(
            _sources.GetBlobClient(staged.Blob), staged.FileName ?? "the zip", options.Value.MaxEntries, cancellationToken);
        string[] entryNames = [.. archive.Entries.Select(entry => entry.FullName)];
        var pictures = profile.FindPictures(entryNames);
        if (pictures.Count == 0)
        {
            throw new ImportFailedException(
                "The zip has no pictures", $"None of its {archive.Entries.Count} entries ends in {profile.EntryExtension}. Profile {profile.Name} wants {profile.PictureLayout}.");
        }

        var labels = profile switch
        {
            CsvProfile csv => await ReadLabelsAsync(import, csv, archive, entryNames, cancellationToken),
            FoldersProfile folders => folders.ReadLabels(pictures),
            _ => throw new UnreachableException($"Profile {profile.Name} has no labels."),
        };
        var reservation = await ReserveAsync(import, cancellationToken);
        await using var writer = datasets.CreateWriter(reservation, new DatasetWriterOptions
        {
            Profile = profile.Name,
            LabelRules = profile.LabelRules,
            Source = SourceOf(staged) with { Licence = import.Licence },
            LabelSource = import.StagedLabels is { } stagedLabels ? SourceOf(stagedLabels) : null,
            Producer = Producer,
        });
        var intake = new PictureIntake(writer, labels, profile.Name, options.Value.MaxEntryBytes);
        await TracedWork.RunAsync(
            () => ImportTelemetry.StartPartition(import, partition: 0), _ => AddAsync(import, archive, pictures, intake, cancellationToken));
        if (intake.Imported == 0)
        {
            throw new ImportFailedException(
                "Nothing is left to import",
                $"None of the {pictures.Count} pictures can be used: "
                + $"{string.Join(", ", intake.QuarantinedByReason.OrderByDescending(reason => reason.Value).Select(reason => $"{reason.Key} {reason.Value}"))}. "
                + $"The first: {intake.FirstQuarantined!.Entry}: {intake.FirstQuarantined.Message}");
        }

        await TracedWork.RunAsync(
            () => ImportTelemetry.StartComplete(import),
            async span => await CompleteAsync(import, await writer.CompleteAsync(cancellationToken), reused: false, span, cancellationToken));
    }

    private async Task AddAsync(Import import, ZipArchive archive, IReadOnlyList<Picture> pictures, PictureIntake intake, CancellationToken cancellationToken)
    {
        await using var progress = new JobProgress<Import>(imports, import.Id, time);
        var started = time.GetTimestamp();
        var staged = import.StagedArchive!.Bytes;
        await imports.UpdateAsync(import.Id, current => current with { Status = ImportStatus.Reading }, cancellationToken);
        for (var i = 0; i < pictures.Count; i++)
        {
            await intake.AddAsync(archive.Entries[pictures[i].Entry], pictures[i].Id, cancellationToken);
            var reached = new ImportProgress
            {
                StagedBytes = staged,
                SourceBytes = staged,
                Entries = i + 1,
                TotalEntries = pictures.Count,
                Imported = intake.Imported,
                Quarantined = intake.Quarantined,
                EntriesPerSecond = (i + 1) / time.GetElapsedTime(started).TotalSeconds,
            };
            progress.Post(current => current with { Progress = reached }, cancellationToken);
        }

        await intake.FinishAsync(cancellationToken);
        await progress.FlushAsync(cancellationToken);
    }

    private async Task<LabelTable> ReadLabelsAsync(
        Import import, CsvProfile profile, ZipArchive archive, IReadOnlyList<string> entryNames, CancellationToken cancellationToken)
    {
        if (import.StagedLabels is { } staged)
        {
            await using var blob = await _sources.GetBlobClient(staged.Blob).OpenReadAsync(cancellationToken: cancellationToken);
            return await ReadLabelsAsync(profile, blob, staged.FileName ?? "the labels", cancellationToken);
        }

        var labels = profile.FindLabels(entryNames);
        var entry = archive.Entries.First(entry => entry.FullName == labels);
        try
        {
            await using var csv = await entry.OpenAsync(cancellationToken);
            return await ReadLabelsAsync(profile, csv, entry.FullName, cancellationToken);
        }
        catch (InvalidDataException exception)
        {
            throw new ImportFailedException("The labels cannot be read", $"{entry.FullName} is damaged inside the zip: {exception.Message}");
        }
    }

    private async Task<LabelTable> ReadLabelsAsync(CsvProfile profile, Stream csv, string name, CancellationToken cancellationToken)
    {
        // Into memory, by the limit and not by what a header promises.
        using var copy = new MemoryStream();
        var buffer = new byte[1 << 16];
        int read;
        while ((read = await csv.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (copy.Length + read > options.Value.MaxLabelsBytes)
            {
                throw new ImportFailedException(
                    "The labels are too large", $"{name} has more than {options.Value.MaxLabelsBytes:N0} bytes (DatasetImport:MaxLabelsBytes).");
            }

            await copy.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        copy.Position = 0;
        return profile.ReadLabels(copy, name);
    }

    private async Task<DatasetReservation> ReserveAsync(Import import, CancellationToken cancellationToken)
    {
        var reservation = await datasets.ReserveVersionAsync(import.Dataset, import.Id, cancellationToken);
        await imports.UpdateAsync(import.Id, current => current with { Version = reservation.Version }, cancellationToken);
        return reservation;
    }

    private async Task CompleteAsync(Import import, DatasetManifest manifest, bool reused, Activity? span, CancellationToken cancellationToken)
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
                Progress = current.Progress with { Imported = manifest.Samples, Quarantined = manifest.Quarantined.Values.Sum() },
            },
            cancellationToken);
    }

    private static DatasetSource SourceOf(StagedSource staged) =>
        new() { FileName = staged.FileName, Url = staged.Url, Sha256 = staged.Sha256, Bytes = staged.Bytes };
}
