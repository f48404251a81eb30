namespace GenreCloud.DatasetImport.Archives;

/// <summary>Moves over a zip's central directory, of which it holds a part at a time.</summary>
/// <param name="archive">The zip.</param>
/// <param name="offset">Where the directory begins.</param>
/// <param name="length">Its bytes.</param>
internal sealed class DirectoryWindow(IRandomAccess archive, long offset, long length)
{
    /// <summary>20,000 to 40,000 entries of usual names: a large data set takes a few requests.</summary>
    private const int MaxBytes = 4 << 20;

    private readonly byte[] _buffer = new byte[Math.Min(length, MaxBytes)];
    private int _start;
    private int _end;
    private long _read;

    /// <summary>What is there and was not passed. Changes with the next call.</summary>
    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(_start, _end - _start);

    /// <summary>Has the next bytes in <see cref="Bytes"/>, as many as asked for or to the directory's end.</summary>
    /// <param name="count">At most a whole window.</param>
    /// <returns>False at the end.</returns>
    public async ValueTask<bool> FillAsync(int count, CancellationToken cancellationToken)
    {
        if (_end - _start < count && _read < length)
        {
            Bytes.CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            var more = (int)Math.Min(_buffer.Length - _end, length - _read);
            await archive.ReadAsync(offset + _read, _buffer.AsMemory(_end, more), cancellationToken);
            _end += more;
            _read += more;
        }

        return _end > _start;
    }

    /// <summary>Passes bytes that are there.</summary>
    public void Advance(int count) => _start += count;
}
