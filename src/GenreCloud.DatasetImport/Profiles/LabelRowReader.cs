using GenreCloud.Datasets;

namespace GenreCloud.DatasetImport.Profiles;

/// <summary>
/// Understands the rows of one CSV. What repeats is kept once: a hundred thousand rows stay in memory while their pictures are taken.
/// </summary>
internal sealed class LabelRowReader
{
    private readonly LabelsCsv _csv;
    private readonly LabelColumns _columns;
    private readonly LabelRules _rules;
    private readonly ArtistIdentities _artists = new();
    private readonly TabularRowReader _tabular;
    private readonly Dictionary<string, string> _whyDropped;
    private readonly HashSet<string> _texts = new(StringComparer.Ordinal);
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _textsBySpan;

    public LabelRowReader(LabelsCsv csv, LabelColumns columns, CsvProfile profile)
    {
        (_csv, _columns, _rules) = (csv, columns, profile.LabelRules);
        _tabular = new TabularRowReader(columns.Tabular);
        _whyDropped = _rules.Drops.ToDictionary(label => label, label => $"Profile {profile.Name} leaves out the label {label}.", StringComparer.Ordinal);
        _textsBySpan = _texts.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>What the row lacked that was read last.</summary>
    public string? Missing { get; private set; }

    /// <summary>The current row; null when it has no id or no label.</summary>
    public LabelRow? Read()
    {
        var id = Id();
        var label = Once(_csv[_columns.Label]);
        Missing = id is null ? string.Join(" or ", _rules.Ids) : label is null ? _rules.Label : null;
        return id is null || label is null
            ? null
            : new LabelRow(
                id,
                _rules.Merges.GetValueOrDefault(label, label),
                _artists.Resolve(Once(Field(_columns.ArtistIds)), Once(Field(_columns.Artists))),
                Once(Field(_columns.Collection)),
                Field(_columns.Title) is { IsEmpty: false } title ? title.ToString() : null)
            {
                Tabular = _tabular.Read(_csv),
                DroppedBecause = _whyDropped.GetValueOrDefault(label),
            };
    }

    private ReadOnlySpan<char> Field(int? ordinal) => ordinal is { } column ? _csv[column] : [];

    /// <summary>What a field says, as one string for all rows that say it; null for an empty one.</summary>
    private string? Once(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            return null;
        }

        if (!_textsBySpan.TryGetValue(text, out var once))
        {
            once = text.ToString();
            _texts.Add(once);
        }

        return once;
    }

    /// <summary>The track id that a plain id, a picture's path or a track's URI ends with: <c>E0e</c>, <c>E0/E0e.png</c>, <c>spotify:track:E0e</c>.</summary>
    private string? Id()
    {
        foreach (var ordinal in _columns.Ids)
        {
            var id = _csv[ordinal];
            id = id[(id.LastIndexOfAny('/', '\\', ':') + 1)..];
            id = id.EndsWith(ImportProfile.PictureExtension, StringComparison.OrdinalIgnoreCase) ? id[..^ImportProfile.PictureExtension.Length] : id;
            if (!id.IsEmpty)
            {
                return id.ToString();
            }
        }

        return null;
    }
}
