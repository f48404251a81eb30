using System.Diagnostics;
using GenreCloud.DatasetImport.Archives;
using GenreCloud.DatasetImport.Profiles;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Samples;
using Microsoft.Extensions.Options;

namespace GenreCloud.DatasetImport.Imports;

/// <summary>
/// Decides what becomes of every picture of an import's archives as far as names and labels tell it, and divides them into partitions. Only the
/// archives' directories and the labels are read for that.
/// </summary>
internal sealed class ImportPlanner(ImportFiles files, ImportArchives archives, DatasetStore datasets, IOptions<DatasetImportOptions> options)
{
    /// <summary>Pictures that are left out take no bytes of a partition, but room in its plan.</summary>
    private const int MaxPartitionEntries = 4096;

    /// <summary>The usual size of a spectrogram's PNG.</summary>
    private const int SpectrogramBytes = 100 << 10;

    /// <param name="import">Its sources are staged.</param>
    /// <param name="present">The version that it continues; null for none.</param>
    /// <param name="added">Its archives without those that the version has.</param>
    /// <returns>The plan, stored.</returns>
    /// <exception cref="ImportFailedException">An archive or the labels cannot be read, or there is no picture.</exception>
    public async Task<ImportPlan> PlanAsync(
        Import import, DatasetReader? present, IReadOnlyList<StagedSource> added, CancellationToken cancellationToken)
    {
        var profile = ImportProfile.Recorded(import.Profile, import.LabelRules);
        var opened = new List<OpenedArchive>();
        foreach (var archive in added)
        {
            opened.Add(await archives.OpenAsync(archive, cancellationToken));
        }

        // Of all archives at once: they are one dataset, in whichever of them a picture lies.
        (int Archive, ZipEntry Zip)[] entries = [.. opened.Index().SelectMany(archive => archive.Item.Directory.Entries.Select(entry => (archive.Index, entry)))];
        var pictures = profile.FindPictures([.. entries.Select(entry => entry.Zip.Name)]);
        if (pictures.Count == 0)
        {
            throw new ImportFailedException(
                profile.HasSongs ? "The zip has no songs" : "The zip has no pictures",
                $"None of its {entries.Length} entries ends in {string.Join(" or ", profile.EntryExtensions)}. Profile {profile.Name} wants {profile.PictureLayout}.");
        }

        var labels = profile switch
        {
            CsvProfile csv => await archives.ReadLabelsAsync(import, csv, opened, cancellationToken),
            FoldersProfile folders => folders.ReadLabels(pictures),
            _ => throw new UnreachableException($"Profile {profile.Name} has no labels."),
        };
        var known = present is null
            ? []
            : (await present.ReadSamplesAsync(cancellationToken)).ToDictionary(sample => sample.Id, sample => sample.Label, StringComparer.Ordinal);
        var ids = known.Keys.ToHashSet(StringComparer.Ordinal);

        var reservation = await datasets.ReserveVersionAsync(import.Dataset, import.Id, cancellationToken);
        var partitions = new List<PlannedPartition>();
        foreach (var archive in pictures.GroupBy(picture => entries[picture.Entry].Archive))
        {
            foreach (var partition in Divide(archive.Select(picture => Plan(entries[picture.Entry].Zip, picture.Id, ids, labels)), profile.HasSongs))
            {
                await files.WritePartitionAsync(import.Id, partitions.Count, new PartitionPlan(archive.Key, partition), cancellationToken);
                partitions.Add(new PlannedPartition(partition.Count, partition.Sum(BytesOf)));
            }
        }

        QuarantineEntry[] rows = [.. labels.Unusable, .. Relabelled(labels, known), .. WithoutPicture(labels, ids)];
        await files.WriteRowsAsync(import.Id, rows, cancellationToken);
        var plan = new ImportPlan
        {
            Reservation = reservation,
            BaseVersion = present?.Manifest.Version,
            FirstShard = present?.Manifest.Shards.Count ?? 0,
            Archives = added,
            Partitions = partitions,
        };
        plan = await files.AddPlanAsync(import.Id, plan, cancellationToken);
        foreach (var row in rows)
        {
            ImportTelemetry.Count(profile.Name, row.Reason);
        }

        return plan;
    }

    private static PlannedEntry Plan(ZipEntry entry, string id, HashSet<string> ids, LabelTable labels)
    {
        if (!SampleId.IsValid(id))
        {
            return LeftOut(entry, QuarantineReason.BadId, $"\"{id}\" cannot be a sample's id.");
        }

        if (!ids.Add(id))
        {
            return LeftOut(entry, QuarantineReason.DuplicateImage, $"There is a picture of track {id} already; the first counts.");
        }

        if (!labels.Rows.TryGetValue(id, out var row))
        {
            return LeftOut(entry, QuarantineReason.NoLabel, labels.WhyNoLabel);
        }

        if (row.DroppedBecause is { } why)
        {
            return LeftOut(entry, QuarantineReason.DroppedLabel, why);
        }

        var sample = new SampleDescription
        {
            Id = id,
            Label = row.Label,
            Artists = row.Artists,
            Collection = row.Collection,
            Title = row.Title,
            Tabular = row.Tabular.Numbers,
        };
        return new PlannedEntry(entry, sample, row.Tabular.Unreadable.Count > 0 ? row.Tabular.Unreadable : null);
    }

    private static PlannedEntry LeftOut(ZipEntry entry, string reason, string message) => new(entry, Sample: null, Fault: new EntryFault(reason, message));

    /// <summary>The rows that say another label than the version that is continued, whose label counts.</summary>
    private static IEnumerable<QuarantineEntry> Relabelled(LabelTable labels, Dictionary<string, string> known) => known
        .Select(track => (Label: track.Value, Row: labels.Rows.GetValueOrDefault(track.Key)))
        .Where(track => track.Row is not null && track.Row.Label != track.Label)
        .OrderBy(track => track.Row!.Id, StringComparer.Ordinal)
        .Select(track => new QuarantineEntry(
            track.Row!.Id,
            QuarantineReason.ConflictingLabel,
            $"The version that is added to has track {track.Row.Id}, labelled {track.Label}; the labels say {track.Row.Label}, and the version counts."));

    /// <summary>The rows whose picture did not come or is not wanted; each track once.</summary>
    private static IEnumerable<QuarantineEntry> WithoutPicture(LabelTable labels, HashSet<string> ids) => labels.Rows.Values
        .Where(row => !ids.Contains(row.Id))
        .OrderBy(row => row.Id, StringComparer.Ordinal)
        .Select(row => row.DroppedBecause is { } why
            ? new QuarantineEntry(row.Id, QuarantineReason.DroppedLabel, why)
            : new QuarantineEntry(row.Id, QuarantineReason.NoImage, $"The labels have track {row.Id}, and the zip has no picture of it."));

    private static long BytesOf(PlannedEntry entry) => entry.Fault is null ? entry.Zip.CompressedBytes : 0;

    /// <summary>By what the shards get: a picture as it is, and of a song its spectrogram.</summary>
    private IEnumerable<List<PlannedEntry>> Divide(IEnumerable<PlannedEntry> entries, bool areSongs)
    {
        var partition = new List<PlannedEntry>();
        var bytes = 0L;
        foreach (var entry in entries)
        {
            var written = areSongs && entry.Fault is null ? SpectrogramBytes : BytesOf(entry);
            if (partition.Count > 0 && (bytes + written > options.Value.PartitionBytes || partition.Count == MaxPartitionEntries))
            {
                yield return partition;
                partition = [];
                bytes = 0;
            }

            partition.Add(entry);
            bytes += written;
        }

        if (partition.Count > 0)
        {
            yield return partition;
        }
    }
}
