using System.Globalization;
using System.IO.Compression;
using CsvHelper;
using CsvHelper.Configuration;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.Datasets;

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
        using var text = new StreamReader(csv);
        using var reader = new CsvReader(text, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            BadDataFound = null,
            MissingFieldFound = null,
            DetectColumnCountChanges = false,
        });
        try
        {
            return Read(reader, fileName);
        }
        catch (CsvHelperException exception)
        {
            throw new ImportFailedException(
                "The labels cannot be read", $"{fileName} stops being a CSV at line {reader.Parser.RawRow}: {FirstLine(exception.Message)}");
        }
    }

    private static LabelTable Read(CsvReader reader, string fileName)
    {
        if (!reader.Read() || !reader.ReadHeader())
        {
            throw new ImportFailedException("The labels are empty", $"{fileName} has no line. It needs the columns {IdColumn} and {LabelColumn}.");
        }

        foreach (var column in (string[])[IdColumn, LabelColumn])
        {
            if (!reader.HeaderRecord!.Contains(column, StringComparer.Ordinal))
            {
                throw new ImportFailedException(
                    $"The labels have no column {column}",
                    $"{fileName} has the columns {string.Join(", ", reader.HeaderRecord!.Where(name => name.Length > 0).Take(20))}. "
                    + $"Profile {Name} needs {IdColumn} and {LabelColumn}.");
            }
        }

        var rows = new Dictionary<string, LabelRow>(StringComparer.Ordinal);
        var unusable = new List<QuarantineEntry>();
        while (reader.Read())
        {
            var id = reader.GetField(IdColumn)?.Trim() ?? "";
            var label = reader.GetField(LabelColumn)?.Trim() ?? "";
            var line = $"{fileName} line {reader.Parser.RawRow}";
            if (id.Length == 0 || label.Length == 0)
            {
                unusable.Add(new QuarantineEntry(line, QuarantineReason.IncompleteRow, $"The row has no {(id.Length == 0 ? IdColumn : LabelColumn)}."));
            }
            else if (rows.TryGetValue(id, out var first))
            {
                unusable.Add(new QuarantineEntry(
                    line,
                    QuarantineReason.DuplicateRow,
                    first.Label == label
                        ? $"Track {id} has a row already."
                        : $"Track {id} has a row already, labelled {first.Label}; this one says {label}, and the first counts."));
            }
            else
            {
                rows.Add(id, new LabelRow(
                    id, label, PythonList.Parse(reader.GetField(ArtistsColumn)), NullIfEmpty(reader.GetField(CollectionColumn)), NullIfEmpty(reader.GetField(TitleColumn))));
            }
        }

        return new LabelTable(rows, unusable);
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static string FirstLine(string text) => text.Split('\n', 2)[0].Trim();
}
