namespace GenreCloud.DatasetImport.Profiles;

/// <summary>The tabular fields of one track.</summary>
/// <param name="Numbers">By column name; a missing value has no entry.</param>
/// <param name="Unreadable">Columns whose field is neither empty nor a number that it can have. They count as missing.</param>
public sealed record TabularValues(IReadOnlyDictionary<string, float> Numbers, IReadOnlyList<string> Unreadable)
{
    public static TabularValues None { get; } = new(new Dictionary<string, float>(), []);
}
