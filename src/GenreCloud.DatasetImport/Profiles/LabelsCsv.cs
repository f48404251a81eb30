namespace GenreCloud.DatasetImport.Profiles;

/// <summary>
/// The rows of a CSV as they come: comma, semicolon or tab, any line ends, with quotes as in RFC 4180. A first row with the names of
/// the columns, which may be empty. Blank lines are no rows.
/// </summary>
internal sealed class LabelsCsv : IDisposable
{
    private static readonly char[] Delimiters = [',', ';', '\t'];

    private readonly CsvRows _rows;

    private LabelsCsv(Stream csv, char delimiter)
    {
        csv.Position = 0;
        _rows = new CsvRows(new StreamReader(csv, LatinBytes.Utf8, detectEncodingFromByteOrderMarks: true, leaveOpen: true), delimiter);
        Columns = ReadLine() ? [.. Enumerable.Range(0, _rows.Count).Select(ordinal => this[ordinal].ToString())] : [];
        ColumnsFault = _rows.Fault;
    }

    /// <summary>The names of the columns, trimmed; none when there is no line, or it is broken.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>What is wrong with the line of the names, as a sentence; null for nothing.</summary>
    public string? ColumnsFault { get; }

    /// <summary>The rows read so far, broken ones too; the row of the names is none.</summary>
    public int Row { get; private set; }

    /// <summary>What is wrong with the current row, as a sentence; null for one that can be read.</summary>
    public string? Fault => _rows.Fault is { } fault ? $"Line {_rows.Line}: {fault}" : null;

    /// <summary>A field of the current row, trimmed; empty when the row has fewer.</summary>
    public ReadOnlySpan<char> this[int ordinal] => ordinal < _rows.Count ? _rows[ordinal].Trim() : [];

    /// <summary>Opens a CSV with the delimiter that gives the wanted columns, or else the most.</summary>
    /// <param name="csv">Seekable; left open.</param>
    /// <param name="areWanted">Tells from the names of columns that they are the right ones.</param>
    public static LabelsCsv Open(Stream csv, Func<IReadOnlyList<string>, bool> areWanted)
    {
        // Quotes make sense with the right delimiter only.
        var best = Delimiters.Select(delimiter => (Delimiter: delimiter, Columns: ColumnsOf(csv, delimiter)))
            .OrderByDescending(header => areWanted(header.Columns))
            .ThenByDescending(header => header.Columns.Count)
            .First();
        return new LabelsCsv(csv, best.Delimiter);
    }

    /// <summary>Goes to the next row, which may be broken: see <see cref="Fault"/>.</summary>
    /// <returns>False at the end.</returns>
    public bool Read()
    {
        var isRow = ReadLine();
        Row += isRow ? 1 : 0;
        return isRow;
    }

    public void Dispose() => _rows.Dispose();

    private static IReadOnlyList<string> ColumnsOf(Stream csv, char delimiter)
    {
        using var opened = new LabelsCsv(csv, delimiter);
        return opened.Columns;
    }

    private bool ReadLine()
    {
        while (_rows.Read())
        {
            if (_rows.Fault is not null || _rows.Count > 1 || !this[0].IsEmpty)
            {
                return true;
            }
        }

        return false;
    }
}
