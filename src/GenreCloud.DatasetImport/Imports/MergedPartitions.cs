using GenreCloud.DatasetImport.Cleaning;
using GenreCloud.DatasetImport.Profiles;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Samples;
using GenreCloud.Datasets.Shards;

namespace GenreCloud.DatasetImport.Imports;

/// <summary>
/// The results of an import's partitions, one after another in their order, and of the version that they continue. Of pictures with the same
/// pixels the first counts.
/// </summary>
internal sealed class MergedPartitions(ImportPlan plan, LabelRules? rules)
{
    private readonly List<ShardDescription> _shards = [];
    private readonly List<Sample> _samples = [];
    private readonly List<QuarantineEntry> _quarantine = [];
    private readonly SortedDictionary<string, int> _unreadable = new(StringComparer.Ordinal);

    private readonly NearDuplicates _nearDuplicates = new();

    /// <summary>All samples share the names of the columns, which otherwise take most of their memory.</summary>
    private readonly TabularNames _tabular = new(rules?.Tabular ?? []);

    /// <summary>Labels and artists, of which many samples have the same.</summary>
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>Of all archives of the version; those of the plan are the last.</summary>
    private IReadOnlyList<string> _archiveNames = ArchiveNames.Of([.. plan.Archives.Select(archive => archive.FileName)]);

    /// <summary>The first sample that has these pixels, as an index.</summary>
    private readonly Dictionary<string, int> _byPixels = new(StringComparer.Ordinal);

    public IReadOnlyList<ShardDescription> Shards => _shards;

    public IReadOnlyList<Sample> Samples => _samples;

    /// <summary>Pictures that were left out, in the order of the archives.</summary>
    public IReadOnlyList<QuarantineEntry> Quarantine => _quarantine;

    public IReadOnlyDictionary<string, int> UnreadableValues => _unreadable;

    /// <summary>Samples that the version to continue does not have.</summary>
    public int Added { get; private set; }

    /// <summary>Takes over the version that is continued.</summary>
    public void AddBase(DatasetManifest manifest, IReadOnlyList<Sample> samples)
    {
        _archiveNames = ArchiveNames.Of([.. ArchiveNames.FilesOf(manifest), .. plan.Archives.Select(archive => archive.FileName)]);
        _shards.AddRange(manifest.Shards.Select((shard, number) => shard with { File = ShardDescription.FileOf(number) }));
        foreach (var sample in samples)
        {
            _byPixels.TryAdd(sample.PixelsSha256, _samples.Count);
            if (sample.Fingerprint is { } fingerprint)
            {
                _nearDuplicates.AddKnown(_samples.Count, Convert.FromBase64String(fingerprint), sample.Artists);
            }

            _samples.Add(sample with { Tabular = TabularNumbers.Of(_tabular, sample.Tabular) });
        }

        foreach (var (column, count) in manifest.UnreadableValues)
        {
            _unreadable[column] = count;
        }
    }

    /// <summary>Takes the next partition. Samples that are nearly the same as one of other artists before them are flagged, also in the version that is continued.</summary>
    public void Add(PartitionPlan partition, PartitionResult result)
    {
        var before = _samples.Count;
        using var results = result.Entries.GetEnumerator();
        foreach (var entry in partition.Entries)
        {
            var found = entry.Fault is null && results.MoveNext() ? results.Current : null;
            if ((entry.Fault ?? found!.Fault ?? DuplicateOf(entry, found)) is { } fault)
            {
                _quarantine.Add(new QuarantineEntry(NameOf(partition, entry), fault.Reason, fault.Message));
            }
            else
            {
                AddSample(entry, found!);
            }
        }

        // A shard without a sample is of no use to a reader.
        if (_samples.Count > before)
        {
            _shards.Add(result.Shard!);
        }
    }

    private void AddSample(PlannedEntry entry, EntryResult found)
    {
        _byPixels.Add(found.PixelsSha256, _samples.Count);
        var earlier = found.Fingerprint is { } fingerprint ? _nearDuplicates.Add(_samples.Count, fingerprint, entry.Sample!.Artists) : null;
        _samples.Add(new Sample(entry.Sample!)
        {
            Label = Shared(entry.Sample!.Label),
            Artists = entry.Sample.Artists.Select(Shared).ToArray(),
            Shard = _shards.Count,
            Offset = found.Offset,
            Length = found.Length,
            PixelsSha256 = found.PixelsSha256,
            Flags = earlier is null ? found.Flags ?? [] : [.. found.Flags ?? [], SampleFlag.NearDuplicate],
            NearDuplicateOf = earlier is { } copied ? _samples[copied].Id : null,
            Fingerprint = found.Fingerprint is { } whole ? Convert.ToBase64String(Fingerprint.ReferenceOf(whole)) : null,
            Tabular = TabularNumbers.Of(_tabular, entry.Sample!.Tabular),
        });
        Added++;
        foreach (var column in entry.Unreadable ?? [])
        {
            _unreadable[column] = _unreadable.GetValueOrDefault(column) + 1;
        }
    }

    private string Shared(string name)
    {
        if (_names.TryGetValue(name, out var kept))
        {
            return kept;
        }

        _names.Add(name);
        return name;
    }

    private EntryFault? DuplicateOf(PlannedEntry entry, EntryResult found)
    {
        if (!_byPixels.TryGetValue(found.PixelsSha256, out var index))
        {
            return null;
        }

        var first = _samples[index];
        return first.Label == entry.Sample!.Label
            ? new EntryFault(QuarantineReason.DuplicatePixels, $"Its pixels are those of {first.Id}, which comes first and counts.")
            : new EntryFault(
                QuarantineReason.ConflictingPixels,
                $"Its pixels are those of {first.Id}, which is labelled {first.Label}; this one is labelled {entry.Sample.Label}, and the first counts.");
    }

    private string NameOf(PartitionPlan partition, PlannedEntry entry) =>
        _archiveNames.Count > 1 ? $"{_archiveNames[_archiveNames.Count - plan.Archives.Count + partition.Archive]}: {entry.Zip.Name}" : entry.Zip.Name;
}
