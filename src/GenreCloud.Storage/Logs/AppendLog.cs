using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace GenreCloud.Storage;

/// <summary>
/// A log of JSON lines in an append blob, which any number of writers may add to and any number of readers follow. One
/// record is one atomic append, so a reader never sees half of one; at most 50,000 appends a blob. For many records a second there
/// is <see cref="BeginAnewAsync(IEnumerable{T}, CancellationToken)"/>.
/// </summary>
/// <remarks>An append whose answer was lost on the way is sent again by the SDK: a record may be there twice, never missing.</remarks>
public sealed class AppendLog<T>(AppendBlobClient blob)
    where T : class
{
    /// <summary>Appends one record, creating the blob for the first.</summary>
    public async Task AppendAsync(T record, CancellationToken cancellationToken)
    {
        var line = JsonLines.Serialize(record);
        try
        {
            await AppendLineAsync(line, cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            await CreateAsync(cancellationToken);
            await AppendLineAsync(line, cancellationToken);
        }
    }

    /// <summary>Begins the log anew, for one writer alone.</summary>
    /// <param name="records">What it has from its beginning on.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public Task<AppendLogWriter<T>> BeginAnewAsync(IEnumerable<T> records, CancellationToken cancellationToken) =>
        BeginAnewAsync(records, AppendLogWriter<T>.MostBlocks, cancellationToken);

    /// <summary>Reads the log as it grows.</summary>
    public AppendLogFollower<T> Follow() => new(blob);

    /// <summary>Reads the records from an offset on; none when there is no log yet.</summary>
    /// <param name="offset">0, or <see cref="AppendLogPage{T}.NextOffset"/> of the page before: bytes.</param>
    /// <exception cref="InvalidDocumentException">A line is not JSON of this shape.</exception>
    public async Task<AppendLogPage<T>> ReadAsync(long offset, CancellationToken cancellationToken)
    {
        BlobDownloadResult download;
        try
        {
            download = await blob.DownloadContentAsync(new BlobDownloadOptions { Range = new HttpRange(offset) }, cancellationToken);
        }
        catch (RequestFailedException exception)
            when (exception.ErrorCode == BlobErrorCode.BlobNotFound || exception.ErrorCode == BlobErrorCode.InvalidRange)
        {
            return new AppendLogPage<T>([], offset);
        }

        var bytes = download.Content.ToMemory();
        return new AppendLogPage<T>(JsonLines.Parse<T>(bytes, blob.Name), offset + bytes.Length);
    }

    internal async Task<AppendLogWriter<T>> BeginAnewAsync(IEnumerable<T> records, int mostBlocks, CancellationToken cancellationToken)
    {
        var writer = new AppendLogWriter<T>(blob, mostBlocks);
        try
        {
            await writer.BeginAsync(records, cancellationToken);
            return writer;
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    private async Task AppendLineAsync(byte[] line, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(line, writable: false);
        await blob.AppendBlockAsync(content, cancellationToken: cancellationToken);
    }

    private async Task CreateAsync(CancellationToken cancellationToken)
    {
        var options = new AppendBlobCreateOptions
        {
            Conditions = new AppendBlobRequestConditions { IfNoneMatch = ETag.All },
            HttpHeaders = new BlobHttpHeaders { ContentType = AppendLogId.ContentType },
        };
        try
        {
            await blob.CreateAsync(options, cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.BlobAlreadyExists)
        {
            // Another writer was first; its log is ours.
        }
    }
}
