namespace GenreCloud.DatasetImport.Sources;

/// <summary>
/// The bytes of a source on their way into storage: counts them, fails when the source breaks off or stays silent for too
/// long, and lets the first bytes be looked at before they are read.
/// </summary>
internal sealed class SourceStream(OpenedSource source, TimeSpan silenceLimit, Action<long> onProgress, TimeProvider time) : Stream
{
    private byte[] _head = [];
    private int _headTaken;
    private long _received;
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    /// <summary>The first bytes, which are still read afterwards; fewer than asked for only where the source ends.</summary>
    public async Task<ReadOnlyMemory<byte>> PeekAsync(int count, CancellationToken cancellationToken)
    {
        var head = new byte[count];
        var length = 0;
        int read;
        while (length < count && (read = await ReadInnerAsync(head.AsMemory(length), cancellationToken)) > 0)
        {
            length += read;
        }

        _head = head[..length];
        return _head;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read;
        if (_headTaken < _head.Length)
        {
            read = Math.Min(buffer.Length, _head.Length - _headTaken);
            _head.AsMemory(_headTaken, read).CopyTo(buffer);
            _headTaken += read;
        }
        else
        {
            read = await ReadInnerAsync(buffer, cancellationToken);
        }

        _read += read;
        ImportTelemetry.CountStaged(read);
        onProgress(_read);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Sources are read asynchronously.");

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await source.Content.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Content.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadInnerAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            var read = await SilenceLimit.ReadAsync(source.Content, buffer, silenceLimit, time, cancellationToken);
            _received += read;
            return read;
        }
        catch (IOException exception) when (exception is not BadHttpRequestException)
        {
            throw Broken(exception.Message);
        }
    }

    private SourceInterruptedException Broken(string reason) => new(
        "The source broke off",
        $"{source.Name} ended after {_received:N0} {(source.Bytes is { } bytes ? $"of {bytes:N0} " : "")}bytes: {reason} Import it again, or download it first and give the file.");
}
