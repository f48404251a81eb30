namespace GenreCloud.DatasetImport.Profiles;

/// <summary>
/// The rows of a text by RFC 4180: a field that begins with a quote goes to the next quote that is not doubled, in any other a quote is a character like
/// others; any line ends. A row that breaks these rules is told as such, and reading goes on with the line after the one on which it began.
/// </summary>
/// <param name="text">Disposed with this.</param>
/// <param name="delimiter">Between fields.</param>
internal sealed class CsvRows(TextReader text, char delimiter) : IDisposable
{
    /// <summary>In characters. A quote that is never closed would otherwise take the rest of the text into one field.</summary>
    public const int MaxRowLength = 1 << 20;

    /// <summary>
    /// How many characters of broken rows are looked at in vain before a quoted field has to end on its line: a text with an open quote on every line takes
    /// no longer than any other of its size.
    /// </summary>
    private const int MaxLookedAtInVain = 16 * MaxRowLength;

    private const char Quote = '"';
    private const int End = -1;

    private readonly List<(int Start, int Length, bool HasQuotes)> _fields = [];

    private char[] _buffer = new char[1 << 14];
    private int _filled;
    private bool _isAtEnd;

    /// <summary>Where the row begins in the buffer, and how long it is, with its line end.</summary>
    private int _start;
    private int _length;

    private int _lines;
    private long _lookedAtInVain;

    /// <summary>Fields of the current row.</summary>
    public int Count => _fields.Count;

    /// <summary>Of the current row, 1 for the first.</summary>
    public int Line { get; private set; } = 1;

    /// <summary>What is wrong with the current row, as a sentence, which then has no fields; null for a row as it should be.</summary>
    public string? Fault { get; private set; }

    /// <summary>A field of the current row.</summary>
    public ReadOnlySpan<char> this[int ordinal] => _buffer.AsSpan(_start + _fields[ordinal].Start, _fields[ordinal].Length);

    /// <summary>Goes to the next row.</summary>
    /// <returns>False at the end.</returns>
    public bool Read()
    {
        (_start, Line) = (_start + _length, Line + _lines);
        (_length, _lines) = (0, 0);
        _fields.Clear();
        if (At(0) == End)
        {
            return false;
        }

        Fault = ReadFields();
        if (Fault is null)
        {
            Unquote();
        }
        else
        {
            _fields.Clear();
            _lookedAtInVain += _length;
            SkipLine();
        }

        return true;
    }

    public void Dispose() => text.Dispose();

    /// <summary>Finds the row's fields and its end.</summary>
    /// <returns>What is wrong with it; null for nothing.</returns>
    private string? ReadFields()
    {
        while (true)
        {
            var isQuoted = At(_length) == Quote;
            if ((isQuoted ? ReadQuoted() : ReadPlain()) is { } fault)
            {
                return fault;
            }

            var next = At(_length);
            if (next == delimiter)
            {
                _length++;
                continue;
            }

            if (next is not ('\r' or '\n' or End))
            {
                return "After a quoted field comes something else than the next one. A quote inside of it has to be doubled.";
            }

            _length += next == End ? 0 : next == '\r' && At(_length + 1) == '\n' ? 2 : 1;
            _lines += next == End ? 0 : 1;
            return null;
        }
    }

    private string? ReadPlain()
    {
        var start = _length;
        if (!Seek(delimiter, '\r', '\n') && _length > MaxRowLength)
        {
            return TooLong;
        }

        _fields.Add((start, _length - start, HasQuotes: false));
        return null;
    }

    private string? ReadQuoted()
    {
        var start = ++_length;
        var hasQuotes = false;
        while (true)
        {
            if (!Seek(Quote, '\r', '\n'))
            {
                return _length > MaxRowLength ? TooLong : "A quote is opened and never closed.";
            }

            switch (At(_length))
            {
                case Quote when At(_length + 1) == Quote:
                    hasQuotes = true;
                    _length += 2;
                    break;
                case Quote:
                    _fields.Add((start, _length - start, hasQuotes));
                    _length++;
                    return null;
                default:
                    if (_lookedAtInVain > MaxLookedAtInVain)
                    {
                        return "A quote is opened and not closed on the line, as it has to be after so many broken rows.";
                    }

                    _lines++;
                    _length += At(_length) == '\r' && At(_length + 1) == '\n' ? 2 : 1;
                    break;
            }
        }
    }

    private static string TooLong => $"It has more than {MaxRowLength:N0} characters, as with a quote that is opened and never closed.";

    /// <summary>Goes on to the next of three characters.</summary>
    /// <returns>False at the end of the text, or where the row becomes too long.</returns>
    private bool Seek(char first, char second, char third)
    {
        while (_length <= MaxRowLength && At(_length) != End)
        {
            var found = _buffer.AsSpan(_start + _length, _filled - _start - _length).IndexOfAny(first, second, third);
            if (found >= 0)
            {
                _length += found;
                return _length <= MaxRowLength;
            }

            _length = _filled - _start;
        }

        return false;
    }

    /// <summary>Takes the quotes out of the fields that are doubled in them.</summary>
    private void Unquote()
    {
        for (var ordinal = 0; ordinal < _fields.Count; ordinal++)
        {
            var (start, length, hasQuotes) = _fields[ordinal];
            if (!hasQuotes)
            {
                continue;
            }

            var field = _buffer.AsSpan(_start + start, length);
            var kept = 0;
            for (var i = 0; i < length; i++)
            {
                field[kept++] = field[i];
                i += field[i] == Quote ? 1 : 0;
            }

            _fields[ordinal] = (start, kept, hasQuotes);
        }
    }

    /// <summary>Has the row be the line on which it begins, however long that is.</summary>
    private void SkipLine()
    {
        (_length, _lines) = (0, 1);
        while (At(_length) is not End)
        {
            var found = _buffer.AsSpan(_start + _length, _filled - _start - _length).IndexOfAny('\r', '\n');
            if (found >= 0)
            {
                _length += found;
                _length += At(_length) == '\r' && At(_length + 1) == '\n' ? 2 : 1;
                return;
            }

            (_start, _length) = (_filled, 0);
        }
    }

    /// <summary>A character of the row, which is read up to there.</summary>
    private int At(int offset)
    {
        while (_start + offset >= _filled)
        {
            if (_isAtEnd)
            {
                return End;
            }

            Fill();
        }

        return _buffer[_start + offset];
    }

    private void Fill()
    {
        if (_start > 0 && _filled == _buffer.Length)
        {
            Array.Copy(_buffer, _start, _buffer, 0, _filled - _start);
            (_start, _filled) = (0, _filled - _start);
        }

        if (_filled == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var read = text.Read(_buffer, _filled, _buffer.Length - _filled);
        (_filled, _isAtEnd) = (_filled + read, read == 0);
    }
}
