using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace GenreCloud.Storage;

/// <summary>
/// Reads a log as it grows. When it is begun anew by another <see cref="AppendLogWriter{T}"/>, all of it is read again. Not for concurrent use.
/// </summary>
public sealed class AppendLogFollower<T>
    where T : class
{
    /// <summary>Bytes read at once; longer than any record.</summary>
    private const int PageBytes = 1 << 20;

    private readonly BlobBaseClient _blob;
    private string? _id;
    private long _offset;

    /// <param name="blob">The log, which need not exist yet.</param>
    internal AppendLogFollower(BlobBaseClient blob) => _blob = blob;

    /// <summary>The next records; none when there is nothing new. There may be more than one call returns.</summary>
    /// <exception cref="InvalidDocumentException">A line is not JSON of this shape.</exception>
    public async Task<IReadOnlyList<T>> ReadAsync(CancellationToken cancellationToken)
    {
        // The byte before the new ones is read again: a range that begins behind the end is refused, and nothing new is no error.
        var known = _offset > 0 ? 1 : 0;
        BlobDownloadResult page;
        try
        {
            var range = new HttpRange(_offset - known, PageBytes);
            page = await _blob.DownloadContentAsync(new BlobDownloadOptions { Range = range }, cancellationToken);
        }
        catch (RequestFailedException exception)
            when (exception.ErrorCode == BlobErrorCode.BlobNotFound || exception.ErrorCode == BlobErrorCode.InvalidRange)
        {
            // It has nothing yet, or is shorter than it was.
            _offset = 0;
            return [];
        }

        if (AppendLogId.Of(page.Details.Metadata) is var id && id != _id && known > 0)
        {
            _offset = 0;
            return await ReadAsync(cancellationToken);
        }

        _id = id;
        var lines = page.Content.ToMemory()[known..];
        lines = lines[..(lines.Span.LastIndexOf(JsonLines.LineEnd) + 1)];
        var records = JsonLines.Parse<T>(lines, _blob.Name);
        _offset += lines.Length;
        return records;
    }
}
