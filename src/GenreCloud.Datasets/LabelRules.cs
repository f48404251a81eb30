namespace GenreCloud.Datasets;

/// <summary>
/// How the labels of a dataset version came about: which columns of the labels CSV were read, and which labels became classes. Two
/// are equal when they do the same; the order of merges and drops does not matter.
/// </summary>
public sealed record LabelRules
{
    /// <summary>Columns that tell the track by id, path or URI; the first that has a value in a row counts.</summary>
    public required IReadOnlyList<string> Ids { get; init; }

    /// <summary>The column with the label.</summary>
    public required string Label { get; init; }

    /// <summary>The column with the artists' names, one or a list.</summary>
    public string? Artists { get; init; }

    /// <summary>The column with the artists' ids, in the order of the names, where names are not unique.</summary>
    public string? ArtistIds { get; init; }

    /// <summary>The column with the album or playlist.</summary>
    public string? Collection { get; init; }

    public string? Title { get; init; }

    /// <summary>The columns of numbers that are kept.</summary>
    public IReadOnlyList<string> Tabular { get; init; } = [];

    /// <summary>Labels that became part of another class: its name by the label of the source. A target is never merged itself.</summary>
    public IReadOnlyDictionary<string, string> Merges { get; init; } = new Dictionary<string, string>();

    /// <summary>Labels whose tracks were left out.</summary>
    public IReadOnlyList<string> Drops { get; init; } = [];

    public bool Equals(LabelRules? other) =>
        other is not null
        && Ids.SequenceEqual(other.Ids)
        && (Label, Artists, ArtistIds, Collection, Title) == (other.Label, other.Artists, other.ArtistIds, other.Collection, other.Title)
        && Tabular.SequenceEqual(other.Tabular)
        && Merges.Count == other.Merges.Count
        && Merges.All(merge => other.Merges.TryGetValue(merge.Key, out var target) && target == merge.Value)
        && Drops.ToHashSet(StringComparer.Ordinal).SetEquals(other.Drops);

    public override int GetHashCode() => HashCode.Combine(Label, Artists, Title, Ids.Count, Tabular.Count, Merges.Count);
}
