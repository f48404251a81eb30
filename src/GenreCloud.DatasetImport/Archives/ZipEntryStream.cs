using System.IO.Compression;

namespace GenreCloud.DatasetImport.Archives;

/// <summary>The content of one entry; its last read says whether size and CRC-32 are right.</summary>
/// <param name="reader">Counts what comes.</param>
/// <param name="entry">What must come.</param>
/// <param name="data">The entry's data as it lies in the zip.</param>
internal sealed class ZipEntryStream(ZipReader reader, ZipEntry entry, Stream data) : ForwardStream
{
    private readonly Stream _content = entry.Method == ZipMethod.Deflated ? new DeflateStream(data, CompressionMode.Decompress) : data;
    private readonly System.IO.Hashing.Crc32 _crc32 = new();
    private long _read;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        var count = await InflateAsync(buffer, cancellationToken);
        reader.Count(count);
        _read += count;
        if (_read > entry.Bytes)
        {
            throw ZipChecks.TooLong(entry.Bytes);
        }

        _crc32.Append(buffer.Span[..count]);
        if (count == 0)
        {
            if (_read < entry.Bytes)
            {
                throw ZipChecks.TooShort(_read, entry.Bytes);
            }

            ZipChecks.RequireCrc32(entry, _crc32.GetCurrentHashAsUInt32());
        }

        return count;
    }

    public override async ValueTask DisposeAsync()
    {
        await _content.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _content.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> InflateAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await _content.ReadAsync(buffer, cancellationToken);
        }
        catch (InvalidDataException exception)
        {
            throw ZipChecks.Corrupt(exception);
        }
    }
}
