using System.Buffers;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.Datasets.Png;

namespace GenreCloud.DatasetImport.Archives;

/// <summary>Some entries of a zip, read in one piece. Its bytes go back to the pool with it.</summary>
public sealed class ZipWindow : IDisposable
{
    /// <summary>Bounded, which the shared pool is not: that one keeps an array for every thread that ever gave one back.</summary>
    private static readonly ArrayPool<byte> Pool = ArrayPool<byte>.Create(ZipReader.WindowBytes, maxArraysPerBucket: 4);

    private readonly ZipReader _reader;
    private readonly long _offset;
    private readonly int _length;
    private readonly int _maxEntryBytes;
    private byte[]? _bytes;

    internal ZipWindow(ZipReader reader, ArraySegment<ZipEntry> entries, long offset, int length, int maxEntryBytes)
    {
        Entries = entries;
        _reader = reader;
        _offset = offset;
        _length = length;
        _maxEntryBytes = maxEntryBytes;
        _bytes = Pool.Rent(length);
    }

    /// <summary>The entries of this window, in the order of their place in the zip.</summary>
    public ArraySegment<ZipEntry> Entries { get; }

    internal Memory<byte> Buffer => (_bytes ?? throw new ObjectDisposedException(nameof(ZipWindow))).AsMemory(0, _length);

    /// <summary>Reads one entry and checks it. May be called on several threads, each with a buffer of its own. Allocates nothing.</summary>
    /// <param name="entry">One of <see cref="Entries"/>.</param>
    /// <param name="inflated">Gets the content of a deflated entry; holds the largest entry that the windows were read for.</param>
    /// <returns>The content: in the window itself if it is stored, else in <paramref name="inflated"/>. Good until either is used again.</returns>
    /// <exception cref="ZipEntryException">The entry cannot be read; the others can be tried.</exception>
    /// <exception cref="ImportFailedException">More came out of the zip than is taken of one.</exception>
    public ReadOnlyMemory<byte> Read(ZipEntry entry, Memory<byte> inflated)
    {
        _reader.RequireReadable(entry, _maxEntryBytes);
        var region = Buffer.Slice((int)(entry.HeaderOffset - _offset), (int)(entry.MaxEnd - entry.HeaderOffset));
        var data = region.Slice(LocalHeader.Require(region.Span, entry), (int)entry.CompressedBytes);
        ReadOnlyMemory<byte> content = data;
        if (entry.Method == ZipMethod.Deflated)
        {
            content = inflated[..(int)entry.Bytes];
            Inflate(data.Span, inflated.Span[..(int)entry.Bytes]);
        }
        else
        {
            _reader.Count(content.Length);
        }

        ZipChecks.RequireCrc32(entry, System.IO.Hashing.Crc32.HashToUInt32(content.Span));
        return content;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _bytes, null) is { } bytes)
        {
            Pool.Return(bytes);
        }
    }

    private void Inflate(ReadOnlySpan<byte> data, Span<byte> content)
    {
        // Some writers give an empty file no stream at all.
        if (data.IsEmpty && content.IsEmpty)
        {
            return;
        }

        var status = Inflater.InflateRaw(data, content, out var read, out var written);
        _reader.Count(written);
        switch (status)
        {
            case InflateStatus.Done when read < data.Length:
                throw new ZipEntryException(ZipEntryFault.Corrupt, $"Its compressed data ends {data.Length - read:N0} bytes before it should.");
            case InflateStatus.Done when written < content.Length:
                throw ZipChecks.TooShort(written, content.Length);
            case InflateStatus.TooLong:
                throw ZipChecks.TooLong(content.Length);
            case InflateStatus.Truncated or InflateStatus.Corrupt:
                throw ZipChecks.Corrupt(null);
        }
    }
}
