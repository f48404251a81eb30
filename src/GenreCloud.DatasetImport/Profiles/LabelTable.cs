using GenreCloud.DatasetImport.Imports;
using GenreCloud.Datasets;

namespace GenreCloud.DatasetImport.Profiles;

/// <summary>What is known of the tracks by their ids, and the rows that cannot be used.</summary>
/// <param name="Rows">One row a track id.</param>
/// <param name="Unusable">Rows that are broken or without id or label, and rows whose id came before, each with its reason.</param>
public sealed record LabelTable(IReadOnlyDictionary<string, LabelRow> Rows, IReadOnlyList<QuarantineEntry> Unusable)
{
    /// <summary>Why a picture without a row has no label, as a sentence.</summary>
    public string WhyNoLabel { get; init; } = "The labels have no row for this track.";

    /// <exception cref="ImportFailedException">It is not a CSV, lacks a column, or has broken rows only.</exception>
    internal static LabelTable Read(Stream csv, string fileName, CsvProfile profile)
    {
        using var opened = LabelsCsv.Open(csv, names => LabelColumns.Suffice(names, profile));
        if (opened.ColumnsFault is { } fault)
        {
            throw new ImportFailedException("The labels cannot be read", $"{fileName} is no CSV in its first line. {fault}");
        }

        var table = Read(opened, fileName, profile);
        return table.Rows.Count == 0 && table.Unusable.FirstOrDefault(row => row.Reason == QuarantineReason.BrokenRow) is { } broken
            ? throw new ImportFailedException("The labels cannot be read", $"{fileName} has no row that can be used. {broken.Entry}: {broken.Message}")
            : table;
    }

    /// <summary>The tables of several CSVs as one: of rows with one id, that of the first counts.</summary>
    internal static LabelTable Merge(IReadOnlyList<(string FileName, LabelTable Table)> tables)
    {
        var rows = new Dictionary<string, LabelRow>(StringComparer.Ordinal);
        var unusable = new List<QuarantineEntry>();
        foreach (var (fileName, table) in tables)
        {
            unusable.AddRange(table.Unusable);
            unusable.AddRange(table.Rows.Values.Where(row => !rows.TryAdd(row.Id, row)).Select(row => Second(row, rows[row.Id], $"{fileName} track {row.Id}")));
        }

        return new LabelTable(rows, unusable);
    }

    private static LabelTable Read(LabelsCsv csv, string fileName, CsvProfile profile)
    {
        var reader = new LabelRowReader(csv, new LabelColumns(csv.Columns, profile, fileName), profile);
        var rows = new Dictionary<string, LabelRow>(StringComparer.Ordinal);
        var unusable = new List<QuarantineEntry>();
        while (csv.Read())
        {
            if (csv.Fault is { } fault)
            {
                unusable.Add(new QuarantineEntry($"{fileName} row {csv.Row}", QuarantineReason.BrokenRow, fault));
            }
            else if (reader.Read() is not { } row)
            {
                unusable.Add(new QuarantineEntry($"{fileName} row {csv.Row}", QuarantineReason.IncompleteRow, $"It has no {reader.Missing}."));
            }
            else if (!rows.TryAdd(row.Id, row))
            {
                unusable.Add(Second(row, rows[row.Id], $"{fileName} row {csv.Row}"));
            }
        }

        return new LabelTable(rows, unusable);
    }

    private static QuarantineEntry Second(LabelRow row, LabelRow first, string name) => first.Label == row.Label
        ? new QuarantineEntry(name, QuarantineReason.DuplicateRow, $"Track {row.Id} has a row already.")
        : new QuarantineEntry(
            name,
            QuarantineReason.ConflictingLabel,
            $"Track {row.Id} has a row already, labelled {first.Label}; this one says {row.Label}, and the first counts.");
}
