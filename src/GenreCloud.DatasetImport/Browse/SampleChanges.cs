using GenreCloud.Datasets.Samples;

namespace GenreCloud.DatasetImport.Browse;

/// <summary>The differences between the samples of two dataset versions, found in one pass over each.</summary>
internal sealed class SampleChanges
{
    private readonly OpenedSamples _from;
    private readonly OpenedSamples _to;
    private readonly List<SampleChange> _changes = [];

    public SampleChanges(OpenedSamples from, OpenedSamples to)
    {
        (_from, _to) = (from, to);
        foreach (var sample in to.Samples)
        {
            if (KindOf(from.Find(sample.Id), sample) is { } kind)
            {
                _changes.Add(new SampleChange(sample.Id, kind, from.Find(sample.Id)?.Label, sample.Label));
            }
        }

        _changes.AddRange(
            from.Samples.Where(sample => to.Find(sample.Id) is null).Select(sample => new SampleChange(sample.Id, SampleChangeKind.Removed, sample.Label, null)));
        _changes.Sort((one, other) => string.CompareOrdinal(one.Id, other.Id));
    }

    /// <param name="kind">Only changes of this kind are listed; null for all.</param>
    /// <param name="label">Only changes from or to this label are listed; null for all.</param>
    public DatasetComparison ToComparison(SampleChangeKind? kind, string? label, Page page)
    {
        SampleChange[] listed = [.. _changes.Where(change => (kind is null || change.Kind == kind) && (label is null || change.From == label || change.To == label))];
        return new DatasetComparison
        {
            Name = _to.Dataset.Manifest.Name,
            From = _from.Dataset.Manifest.Version,
            To = _to.Dataset.Manifest.Version,
            Added = Count(SampleChangeKind.Added),
            Removed = Count(SampleChangeKind.Removed),
            Relabelled = Count(SampleChangeKind.Relabelled),
            Replaced = Count(SampleChangeKind.Replaced),
            Unchanged = _to.Samples.Count - _changes.Count(change => change.Kind != SampleChangeKind.Removed),
            Labels = DescribeLabels(),
            Relabellings =
            [
                .. from change in _changes
                   where change.Kind == SampleChangeKind.Relabelled
                   group change by (change.From, change.To) into pair
                   orderby pair.Count() descending, pair.Key.From, pair.Key.To
                   select new Relabelling(pair.Key.From!, pair.Key.To!, pair.Count()),
            ],
            Changes = page.Take(listed),
            TotalChanges = listed.Length,
            NextOffset = page.Next(listed.Length),
        };
    }

    private static SampleChangeKind? KindOf(Sample? before, Sample after) => before switch
    {
        null => SampleChangeKind.Added,
        _ when before.Label != after.Label => SampleChangeKind.Relabelled,
        _ when before.PixelsSha256 != after.PixelsSha256 => SampleChangeKind.Replaced,
        _ => null,
    };

    private int Count(SampleChangeKind kind) => _changes.Count(change => change.Kind == kind);

    private LabelChange[] DescribeLabels()
    {
        var (before, after) = (_from.Dataset.Manifest.SamplesPerLabel, _to.Dataset.Manifest.SamplesPerLabel);
        var leaving = _changes.Where(change => change.From is not null).CountBy(change => (change.From!, change.Kind)).ToDictionary();
        var coming = _changes.Where(change => change.To is not null).CountBy(change => (change.To!, change.Kind)).ToDictionary();
        return
        [
            .. from label in before.Keys.Union(after.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
               select new LabelChange(
                   label,
                   before.GetValueOrDefault(label),
                   after.GetValueOrDefault(label),
                   coming.GetValueOrDefault((label, SampleChangeKind.Added)),
                   leaving.GetValueOrDefault((label, SampleChangeKind.Removed)),
                   coming.GetValueOrDefault((label, SampleChangeKind.Relabelled)),
                   leaving.GetValueOrDefault((label, SampleChangeKind.Relabelled))),
        ];
    }
}
