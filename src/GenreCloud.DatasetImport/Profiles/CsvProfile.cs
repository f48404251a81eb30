using GenreCloud.DatasetImport.Imports;
using GenreCloud.Datasets;

namespace GenreCloud.DatasetImport.Profiles;

/// <summary>A kind of source whose labels are rows of a CSV, inside the archive or beside it.</summary>
/// <param name="name">What a request asks for.</param>
/// <param name="pictureLayout">Where the pictures are, for people.</param>
/// <param name="labelsFileName">The file name of the CSV as it was published.</param>
/// <param name="ownRules">How that CSV is read.</param>
/// <param name="rules">How this one is read.</param>
public sealed class CsvProfile(string name, string pictureLayout, string labelsFileName, LabelRules ownRules, LabelRules? rules = null) : ImportProfile
{
    public override string Name => name;

    public override string PictureLayout => pictureLayout;

    public override LabelRules LabelRules { get; } = rules ?? ownRules;

    /// <summary>
    /// Whether a CSV may lack the column: one of the published CSV that nobody asked for. One that a request names must be there,
    /// since a misspelt name would lose the artists, and with them the artist split, in silence.
    /// </summary>
    internal bool IsOptional(string column) =>
        ownRules.Tabular.Contains(column) || ((string?[])[ownRules.Artists, ownRules.ArtistIds, ownRules.Collection, ownRules.Title]).Contains(column);

    public override ImportProfile With(LabelRulesRequest? rules) => rules is null ? this : With(rules.Over(ownRules));

    /// <summary>The labels CSV inside an archive: the only one, or the one with the name that it was published under.</summary>
    /// <param name="entryNames">The names of all entries of the archive.</param>
    /// <returns>The name of its entry; null if there is none.</returns>
    /// <exception cref="ImportFailedException">It cannot be told which one it is.</exception>
    public string? FindLabels(IReadOnlyList<string> entryNames)
    {
        var candidates = entryNames.Where(entry => entry.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) && IsContent(entry)).ToArray();
        return candidates switch
        {
            [] => null,
            [var only] => only,
            _ when candidates.Where(entry => FileName(entry) == labelsFileName).ToArray() is [var published] => published,
            _ => throw new ImportFailedException(
                "Which CSV has the labels?",
                $"The zip holds {candidates.Length}: {string.Join(", ", candidates.Take(5))}. "
                + $"Leave only one in it, call the right one {labelsFileName}, or name it in the request as \"labels\"."),
        };
    }

    /// <summary>Reads a labels CSV. Rows that cannot be used are listed; they are fatal where they are broken and no other is left.</summary>
    /// <param name="csv">Seekable. UTF-8 with or without byte order mark, or UTF-16 with one; delimited by commas, semicolons or tabs.</param>
    /// <param name="fileName">What to call it in messages.</param>
    /// <exception cref="ImportFailedException">It is not a CSV, or lacks a column.</exception>
    public LabelTable ReadLabels(Stream csv, string fileName) => LabelTable.Read(csv, fileName, this);

    internal CsvProfile With(LabelRules rules) => new(name, pictureLayout, labelsFileName, ownRules, rules);
}
