namespace GenreCloud.DatasetImport.Profiles;

/// <summary>
/// One string an artist, <c>name (id)</c>, whatever the rows call them. What keeps an artist on one side of a split is the id: two
/// artists may share a name, and one may change theirs. The name is there for people, and is the first that came with the id.
/// </summary>
internal sealed class ArtistIdentities
{
    private readonly Dictionary<string, string> _byId = new(StringComparer.Ordinal);

    /// <summary>The artists of a row.</summary>
    /// <param name="ids">Their ids; empty when the row has none, and then the names are all there is.</param>
    /// <param name="names">Their names, in the order of the ids; used only when there are as many.</param>
    public IReadOnlyList<string> Resolve(IReadOnlyList<string> ids, IReadOnlyList<string> names) =>
        ids.Count == 0 ? names : [.. ids.Select((id, artist) => Resolve(id, names.Count == ids.Count ? names[artist] : ""))];

    private string Resolve(string id, string name)
    {
        if (!_byId.TryGetValue(id, out var artist))
        {
            artist = name.Length > 0 ? $"{name} ({id})" : id;
            _byId.Add(id, artist);
        }

        return artist;
    }
}
