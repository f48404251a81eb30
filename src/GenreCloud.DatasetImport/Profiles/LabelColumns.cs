namespace GenreCloud.DatasetImport.Profiles;

/// <summary>Which columns of a labels CSV a profile needs, and how it understands a row.</summary>
/// <param name="Ids">Columns that tell the track; one of them is enough, and the first with a value counts.</param>
/// <param name="Label">The column with the label.</param>
/// <param name="IdOf">The track id in a value of an id column; null when it has none.</param>
/// <param name="Read">The row as it goes into the dataset, from its fields, its track id and what the label column says.</param>
internal sealed record LabelColumns(
    IReadOnlyList<string> Ids, string Label, Func<string, string?> IdOf, Func<LabelFields, string, string, LabelRow> Read);

/// <summary>The fields of one row by column name, trimmed; null for one that is empty or absent.</summary>
internal delegate string? LabelFields(string column);
