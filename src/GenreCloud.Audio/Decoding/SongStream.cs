namespace GenreCloud.Audio.Decoding;

/// <summary>The bytes of a file as they arrive: limited in number, with a beginning that can be looked at before it is read.</summary>
internal sealed class SongStream(Stream source, long maxBytes) : Stream
{
    private byte[] _head = [];
    private int _headRead;
    private long _received;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The first bytes, as many as there are up to a number; they will be read again. To be called once, before any read.</summary>
    public async Task<ReadOnlyMemory<byte>> PeekAsync(int count, CancellationToken cancellationToken)
    {
        var head = new byte[count];
        var read = await source.ReadAtLeastAsync(head, count, throwOnEndOfStream: false, cancellationToken);
        Count(read);
        _head = head[..read];
        return _head;
    }

    /// <exception cref="AudioException">There are more bytes than allowed.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_headRead < _head.Length)
        {
            var count = Math.Min(buffer.Length, _head.Length - _headRead);
            _head.AsMemory(_headRead, count).CopyTo(buffer);
            _headRead += count;
            return count;
        }

        var read = await source.ReadAsync(buffer, cancellationToken);
        Count(read);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Songs are read asynchronously.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    private void Count(int read)
    {
        _received += read;
        if (_received > maxBytes)
        {
            throw new AudioException(
                AudioFault.TooLarge,
                FormattableString.Invariant($"The file is larger than {maxBytes:N0} bytes, the most that is accepted. Send a part of the song, or a compressed file."));
        }
    }
}
