using System.IO.Compression;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.Datasets;
using Sylvan.Data.Csv;

namespace GenreCloud.DatasetImport.Profiles;

/// <summary>
/// The layout of the published 10-genre dataset: entries <c>{genre}/{first character of the id}/{id}.png</c>, labels in a
/// CSV with the columns track_id, genre_short (the label), track_artists, playlist and track_name.
/// </summary>
public static class GenresProfile
{
    public const string Name = "genres";

    private const string IdColumn = "track_id";
    private const string LabelColumn = "genre_short";
    private const string ArtistsColumn = "track_artists";
    private const string CollectionColumn = "playlist";
    private const string TitleColumn = "track_name";

    /// <summary>The track id of a picture's entry: its file name without <c>.png</c>. Null for what is not a picture.</summary>
    public static string? TrackId(ZipArchiveEntry entry) =>
        entry.Name.EndsWith(".png", StringComparison.OrdinalIgnoreCase) && !entry.FullName.StartsWith("__MACOSX/", StringComparison.Ordinal)
            ? entry.Name[..^".png".Length]
            : null;

    /// <summary>The labels CSV inside an archive.</summary>
    /// <exception cref="ImportFailedException">There is none, or more than one.</exception>
    public static ZipArchiveEntry FindLabels(ZipArchive archive)
    {
        var candidates = archive.Entries
            .Where(entry => entry.Name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase)
                && !entry.FullName.StartsWith("__MACOSX/", StringComparison.Ordinal))
            .ToArray();
        return candidates.Length switch
        {
            1 => candidates[0],
            0 => throw new ImportFailedException(
                "There are no labels", "The zip holds no CSV. Add one to it, or name it in the request as \"labels\": {\"path\"} or {\"url\"}."),
            _ => throw new ImportFailedException(
                "Which CSV has the labels?",
                $"The zip holds {candidates.Length}: {string.Join(", ", candidates.Take(5).Select(entry => entry.FullName))}. "
                + "Leave only one in it, or name the right one in the request as \"labels\"."),
        };
    }

    /// <summary>Reads a labels CSV. Rows that cannot be used are listed, not fatal.</summary>
    /// <exception cref="ImportFailedException">It is not a CSV, or lacks the id or the label column.</exception>
    public static LabelTable ReadLabels(Stream csv, string fileName)
    {
        try
        {
            using var text = new StreamReader(csv);
            using var reader = CsvDataReader.Create(text, new CsvDataReaderOptions { HasHeaders = true, Delimiter = ',' });
            return Read(reader, fileName);
        }
        catch (CsvMissingHeadersException)
        {
            throw new ImportFailedException("The labels are empty", $"{fileName} has no line. It needs the columns {IdColumn} and {LabelColumn}.");
        }
        catch (CsvFormatException exception)
        {
            throw new ImportFailedException(
                "The labels cannot be read", $"{fileName} stops being a CSV after row {exception.RowNumber}: {exception.Message}");
        }
    }

    private static LabelTable Read(CsvDataReader reader, string fileName)
    {
        var columns = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToArray();
        int Ordinal(string column) => Array.IndexOf(columns, column);
        foreach (var column in (string[])[IdColumn, LabelColumn])
        {
            if (Ordinal(column) < 0)
            {
                throw new ImportFailedException(
                    $"The labels have no column {column}",
                    $"{fileName} has the columns {string.Join(", ", columns.Where(name => name.Length > 0).Take(20))}. "
                    + $"Profile {Name} needs {IdColumn} and {LabelColumn}.");
            }
        }

        string? Field(string column) =>
            Ordinal(column) is >= 0 and var ordinal && ordinal < reader.RowFieldCount && reader.GetString(ordinal).Trim() is { Length: > 0 } text ? text : null;
        var rows = new Dictionary<string, LabelRow>(StringComparer.Ordinal);
        var unusable = new List<QuarantineEntry>();
        while (reader.Read())
        {
            var id = Field(IdColumn);
            var label = Field(LabelColumn);
            var row = $"{fileName} row {reader.RowNumber}";
            if (id is null || label is null)
            {
                unusable.Add(new QuarantineEntry(row, QuarantineReason.IncompleteRow, $"It has no {(id is null ? IdColumn : LabelColumn)}."));
            }
            else if (rows.TryGetValue(id, out var first))
            {
                unusable.Add(new QuarantineEntry(
                    row,
                    QuarantineReason.DuplicateRow,
                    first.Label == label
                        ? $"Track {id} has a row already."
                        : $"Track {id} has a row already, labelled {first.Label}; this one says {label}, and the first counts."));
            }
            else
            {
                rows.Add(id, new LabelRow(id, label, PythonList.Parse(Field(ArtistsColumn)), Field(CollectionColumn), Field(TitleColumn)));
            }
        }

        return new LabelTable(rows, unusable);
    }
}
