namespace GenreCloud.DatasetImport.Archives;

/// <summary>A range of a file, read forward in pieces.</summary>
/// <param name="archive">The file.</param>
/// <param name="offset">Where the range begins.</param>
/// <param name="length">Its bytes.</param>
internal sealed class RangeStream(IRandomAccess archive, long offset, long length) : ForwardStream
{
    /// <summary>A labels CSV of usual size takes a few requests.</summary>
    private const int PieceBytes = 4 << 20;

    private readonly byte[] _piece = new byte[Math.Min(length, PieceBytes)];
    private int _start;
    private int _end;
    private long _read;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_start == _end && _read < length)
        {
            (_start, _end) = (0, 0);
            var next = (int)Math.Min(_piece.Length, length - _read);
            await archive.ReadAsync(offset + _read, _piece.AsMemory(0, next), cancellationToken);
            _end = next;
            _read += next;
        }

        var count = Math.Min(buffer.Length, _end - _start);
        _piece.AsMemory(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }
}
