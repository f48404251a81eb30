using System.Text.Json;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace GenreCloud.Storage;

/// <summary>
/// A log of JSON lines in an append blob, which any number of writers may add to and any number of readers follow. One
/// record is one atomic append, so a reader never sees half of one; at most 50,000 appends a blob.
/// </summary>
/// <remarks>An append whose answer was lost on the way is sent again by the SDK: a record may be there twice, never missing.</remarks>
public sealed class AppendLog<T>(AppendBlobClient blob)
    where T : class
{
    private static readonly byte[] NewLine = [(byte)'\n'];

    /// <summary>Appends one record, creating the blob for the first.</summary>
    public async Task AppendAsync(T record, CancellationToken cancellationToken)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(record, GenreCloudJson.Options), .. NewLine];
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
        var records = new List<T>();
        for (var rest = bytes; rest.Length > 0;)
        {
            var end = rest.Span.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            records.Add(Parse(line.Span));
            rest = end < 0 ? default : rest[(end + 1)..];
        }

        return new AppendLogPage<T>(records, offset + bytes.Length);
    }

    private T Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, GenreCloudJson.Options)
                ?? throw new InvalidDocumentException(blob.Name, typeof(T), innerException: null);
        }
        catch (JsonException exception)
        {
            throw new InvalidDocumentException(blob.Name, typeof(T), exception);
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
            HttpHeaders = new BlobHttpHeaders { ContentType = "application/x-ndjson" },
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
