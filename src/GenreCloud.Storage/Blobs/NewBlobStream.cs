using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace GenreCloud.Storage;

/// <summary>
/// Writes a blob that is written once. The bytes go up in blocks, two on their way while the next is filled; the blob is there, whole, when
/// <see cref="CommitAsync"/> returns, and one that is disposed before that never was. Whoever writes the same bytes to the same name
/// is as good: a worker that takes over writes again what its predecessor may have written already.
/// </summary>
/// <param name="blob">Must not exist, or must be what is written.</param>
/// <param name="contentType">Its media type.</param>
public sealed class NewBlobStream(BlockBlobClient blob, string contentType) : Stream
{
    /// <summary>Metadata with the SHA-256 of the content, in lower-case hexadecimal.</summary>
    private const string Sha256Key = "sha256";

    /// <summary>Small enough to be sent again when the connection breaks.</summary>
    private const int BlockBytes = 4 << 20;

    /// <summary>The storage has the next block at hand when it is done with one.</summary>
    private const int MaxOnTheWay = 2;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<string> _blocks = [];

    /// <summary>Two writers of one name must not mix their blocks, which differ if one of them is a newer program.</summary>
    private readonly string _writer = Guid.NewGuid().ToString("N");

    private readonly Queue<(byte[] Buffer, Task Sent)> _onTheWay = [];

    private byte[] _filling = new byte[BlockBytes];
    private int _filled;
    private long _length;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _length;

    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _hash.AppendData(buffer.Span);
        _length += buffer.Length;
        while (!buffer.IsEmpty)
        {
            var part = Math.Min(buffer.Length, BlockBytes - _filled);
            buffer[..part].CopyTo(_filling.AsMemory(_filled));
            _filled += part;
            buffer = buffer[part..];
            if (_filled == BlockBytes)
            {
                await SendAsync(cancellationToken);
            }
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Makes the blob. Nothing can be written after that.</summary>
    /// <returns>SHA-256 of its bytes, in lower-case hexadecimal.</returns>
    /// <exception cref="BlobAlreadyExistsException">There is a blob of this name that has other bytes.</exception>
    public async Task<string> CommitAsync(CancellationToken cancellationToken)
    {
        var sha256 = Convert.ToHexStringLower(_hash.GetHashAndReset());
        var metadata = new Dictionary<string, string> { [Sha256Key] = sha256 };
        var headers = new BlobHttpHeaders { ContentType = contentType };
        var conditions = new BlobRequestConditions { IfNoneMatch = ETag.All };
        try
        {
            if (_blocks.Count == 0)
            {
                using var whole = new MemoryStream(_filling, 0, _filled, writable: false);
                var options = new BlobUploadOptions { HttpHeaders = headers, Metadata = metadata, Conditions = conditions };
                await blob.UploadAsync(whole, options, cancellationToken);
            }
            else
            {
                await SendAsync(cancellationToken);
                await Task.WhenAll(_onTheWay.Select(block => block.Sent));
                var options = new CommitBlockListOptions { HttpHeaders = headers, Metadata = metadata, Conditions = conditions };
                await blob.CommitBlockListAsync(_blocks, options, cancellationToken);
            }
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.BlobAlreadyExists)
        {
            BlobProperties properties = await blob.GetPropertiesAsync(cancellationToken: cancellationToken);
            if (!properties.Metadata.TryGetValue(Sha256Key, out var present) || present != sha256)
            {
                throw new BlobAlreadyExistsException(blob.Name, exception);
            }
        }

        return sha256;
    }

    public override async ValueTask DisposeAsync()
    {
        // What was sent and not committed, the service discards by itself. The buffers must not change before they are read.
        await Task.WhenAll(_onTheWay.Select(block => block.Sent)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.DisposeAsync();
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Write it asynchronously.");

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        if (_filled == 0)
        {
            return;
        }

        var next = _onTheWay.Count < MaxOnTheWay ? new byte[BlockBytes] : await TakeBackAsync();
        var id = Convert.ToBase64String(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{_writer}-{_blocks.Count:D6}")));
        _blocks.Add(id);
        _onTheWay.Enqueue((_filling, StageAsync(id, _filling, _filled, cancellationToken)));
        _filling = next;
        _filled = 0;
    }

    /// <summary>The buffer of the oldest block, once that has arrived.</summary>
    private async Task<byte[]> TakeBackAsync()
    {
        var (buffer, sent) = _onTheWay.Peek();
        await sent;
        _onTheWay.Dequeue();
        return buffer;
    }

    private async Task StageAsync(string id, byte[] buffer, int length, CancellationToken cancellationToken)
    {
        using var block = new MemoryStream(buffer, 0, length, writable: false);
        await blob.StageBlockAsync(id, block, options: null, cancellationToken);
    }
}
