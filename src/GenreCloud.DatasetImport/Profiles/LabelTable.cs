using GenreCloud.DatasetImport.Imports;
using GenreCloud.Datasets;
using Sylvan.Data.Csv;

namespace GenreCloud.DatasetImport.Profiles;

/// <summary>The rows of a labels CSV by track id, and the rows that cannot be used.</summary>
/// <param name="Rows">One row a track id.</param>
/// <param name="Unusable">Rows without id or label, and rows whose id came before, each with its reason.</param>
public sealed record LabelTable(IReadOnlyDictionary<string, LabelRow> Rows, IReadOnlyList<QuarantineEntry> Unusable)
{
    /// <summary>The tables of several CSVs as one: of rows with one id, that of the first counts.</summary>
    internal static LabelTable Merge(IReadOnlyList<LabelTable> tables)
    {
        var rows = new Dictionary<string, LabelRow>(StringComparer.Ordinal);
        var unusable = new List<QuarantineEntry>();
        foreach (var table in tables)
        {
            unusable.AddRange(table.Unusable);
            foreach (var row in table.Rows.Values)
            {
                if (!rows.TryAdd(row.Id, row))
                {
                    unusable.Add(new QuarantineEntry(row.Id, QuarantineReason.DuplicateRow, $"An earlier CSV has a row of track {row.Id}, labelled {rows[row.Id].Label}; the first counts."));
                }
            }
        }

        return new LabelTable(rows, unusable);
    }

    /// <exception cref="ImportFailedException">It is not a CSV, or lacks the id or the label column.</exception>
    internal static LabelTable Read(Stream csv, string fileName, LabelColumns columns)
    {
        try
        {
            using var text = new StreamReader(csv);
            using var reader = CsvDataReader.Create(text, new CsvDataReaderOptions { HasHeaders = true, Delimiter = ',' });
            return Read(reader, fileName, columns);
        }
        catch (CsvMissingHeadersException)
        {
            throw new ImportFailedException("The labels are empty", $"{fileName} has no line. {Need(columns)}");
        }
        catch (CsvFormatException exception)
        {
            throw new ImportFailedException(
                "The labels cannot be read", $"{fileName} stops being a CSV after row {exception.RowNumber}: {exception.Message}");
        }
    }

    private static LabelTable Read(CsvDataReader reader, string fileName, LabelColumns columns)
    {
        var names = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToArray();
        foreach (var alternatives in (IReadOnlyList<string>[])[columns.Ids, [columns.Label]])
        {
            if (!alternatives.Any(names.Contains))
            {
                throw new ImportFailedException(
                    $"The labels have no column {string.Join(" or ", alternatives)}",
                    $"{fileName} has the columns {string.Join(", ", names.Where(name => name.Length > 0).Take(20))}. {Need(columns)}");
            }
        }

        // Of two columns with one name the first counts.
        var ordinals = names.Select((name, ordinal) => (name, ordinal)).DistinctBy(column => column.name).ToDictionary();
        string? Field(string column) =>
            ordinals.TryGetValue(column, out var ordinal) && ordinal < reader.RowFieldCount && reader.GetString(ordinal).Trim() is { Length: > 0 } text
                ? text
                : null;
        var rows = new Dictionary<string, LabelRow>(StringComparer.Ordinal);
        var unusable = new List<QuarantineEntry>();
        while (reader.Read())
        {
            var name = $"{fileName} row {reader.RowNumber}";
            var id = columns.Ids.Select(Field).OfType<string>().Select(columns.IdOf).OfType<string>().FirstOrDefault();
            var label = Field(columns.Label);
            if (id is null || label is null)
            {
                unusable.Add(new QuarantineEntry(
                    name, QuarantineReason.IncompleteRow, $"It has no {(id is null ? string.Join(" or ", columns.Ids) : columns.Label)}."));
                continue;
            }

            var row = columns.Read(Field, id, label);
            if (!rows.TryAdd(id, row))
            {
                var first = rows[id].Label;
                unusable.Add(new QuarantineEntry(
                    name,
                    QuarantineReason.DuplicateRow,
                    first == row.Label
                        ? $"Track {id} has a row already."
                        : $"Track {id} has a row already, labelled {first}; this one says {row.Label}, and the first counts."));
            }
        }

        return new LabelTable(rows, unusable);
    }

    private static string Need(LabelColumns columns) => $"It needs the columns {string.Join(" or ", columns.Ids)} and {columns.Label}.";
}
