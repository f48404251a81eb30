namespace GenreCloud.DatasetImport.Profiles;

/// <summary>
/// One string an artist, <c>name (id)</c>, whatever the rows call them. What keeps an artist on one side of a split is the id: two
/// artists may share a name, and one may change theirs. The name is there for people, and is the first that came with the id.
/// </summary>
internal sealed class ArtistIdentities
{
    private readonly Dictionary<string, string> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<(string? Ids, string? Names), IReadOnlyList<string>> _byFields = [];

    /// <summary>The artists of a row; rows that say the same share one list.</summary>
    /// <param name="ids">The field with their ids; null when the row has none, and then the names are all there is.</param>
    /// <param name="names">The field with their names, in the order of the ids; used only when there are as many.</param>
    public IReadOnlyList<string> Resolve(string? ids, string? names)
    {
        if (!_byFields.TryGetValue((ids, names), out var artists))
        {
            artists = Resolve(PythonList.Parse(ids), PythonList.Parse(names));
            _byFields.Add((ids, names), artists);
        }

        return artists;
    }

    private IReadOnlyList<string> Resolve(IReadOnlyList<string> ids, IReadOnlyList<string> names) =>
        ids.Count == 0 ? [.. names] : [.. ids.Select((id, artist) => NameOf(id, names.Count == ids.Count ? names[artist] : ""))];

    private string NameOf(string id, string name)
    {
        if (!_byId.TryGetValue(id, out var artist))
        {
            artist = name.Length > 0 ? $"{name} ({id})" : id;
            _byId.Add(id, artist);
        }

        return artist;
    }
}
