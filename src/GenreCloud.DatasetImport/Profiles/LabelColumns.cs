using GenreCloud.DatasetImport.Imports;

namespace GenreCloud.DatasetImport.Profiles;

/// <summary>Where a CSV has the columns that a profile reads, as ordinals; null for one that it lacks.</summary>
internal sealed class LabelColumns
{
    private readonly IReadOnlyList<string> _names;
    private readonly CsvProfile _profile;
    private readonly string _fileName;

    /// <exception cref="ImportFailedException">A column is missing that must be there.</exception>
    public LabelColumns(IReadOnlyList<string> names, CsvProfile profile, string fileName)
    {
        (_names, _profile, _fileName) = (names, profile, fileName);
        if (names.Count == 0)
        {
            throw new ImportFailedException("The labels are empty", $"{fileName} has no line. {Need}");
        }

        if (names.Any(name => name.Contains('\0', StringComparison.Ordinal)))
        {
            throw new ImportFailedException(
                "The labels are no text", $"{fileName} has zero bytes in its first line. Save it as UTF-8, or as UTF-16 with a byte order mark. {Need}");
        }

        var rules = profile.LabelRules;
        Ids = [.. rules.Ids.Select(IndexOf).OfType<int>()];
        if (Ids.Count == 0)
        {
            throw Missing(string.Join(" or ", rules.Ids));
        }

        Label = IndexOf(rules.Label) ?? throw Missing(rules.Label);
        Artists = Find(rules.Artists);
        ArtistIds = Find(rules.ArtistIds);
        Collection = Find(rules.Collection);
        Title = Find(rules.Title);
        Tabular = [.. rules.Tabular.Select(name => (name, Find(name) ?? -1)).Where(column => column.Item2 >= 0)];
    }

    public IReadOnlyList<int> Ids { get; }

    public int Label { get; }

    public int? Artists { get; }

    public int? ArtistIds { get; }

    public int? Collection { get; }

    public int? Title { get; }

    /// <summary>Those that are there, in the order of the rules.</summary>
    public IReadOnlyList<(string Name, int Ordinal)> Tabular { get; }

    private string Need => $"It needs the columns {string.Join(" or ", _profile.LabelRules.Ids)} and {_profile.LabelRules.Label}.";

    /// <summary>Whether a CSV with these columns has ids and labels.</summary>
    public static bool Suffice(IReadOnlyList<string> names, CsvProfile profile) =>
        profile.LabelRules.Ids.Any(names.Contains) && names.Contains(profile.LabelRules.Label);

    private int? Find(string? name) =>
        name is null ? null : IndexOf(name) ?? (_profile.IsOptional(name) ? null : throw Missing(name));

    /// <summary>Of two columns with one name the first counts.</summary>
    private int? IndexOf(string name)
    {
        for (var ordinal = 0; ordinal < _names.Count; ordinal++)
        {
            if (_names[ordinal] == name)
            {
                return ordinal;
            }
        }

        return null;
    }

    private ImportFailedException Missing(string column) => new(
        $"The labels have no column {column}", $"{_fileName} has the columns {string.Join(", ", _names.Where(name => name.Length > 0).Take(20))}. {Need}");
}
