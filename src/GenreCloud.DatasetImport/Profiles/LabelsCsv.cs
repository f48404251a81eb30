using Sylvan.Data.Csv;

namespace GenreCloud.DatasetImport.Profiles;

/// <summary>
/// The rows of a CSV as they come: comma, semicolon or tab, any line ends, with quotes as in RFC 4180. A first row with the names of
/// the columns, which may be empty. Blank lines are no rows.
/// </summary>
internal sealed class LabelsCsv : IDisposable
{
    /// <summary>In characters. A quote that is never closed would otherwise take the rest of the file into one field.</summary>
    private const int MaxRowLength = 1 << 20;

    /// <summary>The parser takes lines that start with this for comments. No text has it, so that a title like "#1" stays a row.</summary>
    private const char NoComment = '\uFFFF';

    private static readonly char[] Delimiters = [',', ';', '\t'];

    private readonly CsvDataReader _reader;

    private LabelsCsv(Stream csv, char delimiter)
    {
        csv.Position = 0;
        var text = new StreamReader(csv, LatinBytes.Utf8, detectEncodingFromByteOrderMarks: true, leaveOpen: true);
        _reader = CsvDataReader.Create(
            text, new CsvDataReaderOptions { HasHeaders = false, Delimiter = delimiter, Comment = NoComment, MaxBufferSize = MaxRowLength });
        Columns = ReadLine() ? [.. Enumerable.Range(0, _reader.RowFieldCount).Select(ordinal => this[ordinal].ToString())] : [];
    }

    /// <summary>The names of the columns, trimmed; none when there is no line.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The rows read so far; the row of the names is none.</summary>
    public int Row { get; private set; }

    /// <summary>A field of the current row, trimmed; empty when the row has fewer.</summary>
    public ReadOnlySpan<char> this[int ordinal] => ordinal < _reader.RowFieldCount ? _reader.GetFieldSpan(ordinal).Trim() : [];

    /// <summary>Opens a CSV with the delimiter that gives the wanted columns, or else the most.</summary>
    /// <param name="csv">Seekable; left open.</param>
    /// <param name="areWanted">Tells from the names of columns that they are the right ones.</param>
    /// <exception cref="CsvFormatException">The row of the names is malformed.</exception>
    public static LabelsCsv Open(Stream csv, Func<IReadOnlyList<string>, bool> areWanted)
    {
        var best = Delimiters.Select(delimiter => (Delimiter: delimiter, Columns: ColumnsOf(csv, delimiter)))
            .OrderByDescending(header => areWanted(header.Columns))
            .ThenByDescending(header => header.Columns.Count)
            .First();
        return new LabelsCsv(csv, best.Delimiter);
    }

    /// <summary>Goes to the next row.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="CsvFormatException">The row is malformed.</exception>
    public bool Read()
    {
        var isRow = ReadLine();
        Row += isRow ? 1 : 0;
        return isRow;
    }

    public void Dispose() => _reader.Dispose();

    private static IReadOnlyList<string> ColumnsOf(Stream csv, char delimiter)
    {
        try
        {
            using var opened = new LabelsCsv(csv, delimiter);
            return opened.Columns;
        }
        catch (CsvFormatException)
        {
            // Quotes make sense with the right delimiter only.
            return [];
        }
    }

    private bool ReadLine()
    {
        while (_reader.Read())
        {
            if (_reader.RowFieldCount > 1 || !this[0].IsEmpty)
            {
                return true;
            }
        }

        return false;
    }
}
