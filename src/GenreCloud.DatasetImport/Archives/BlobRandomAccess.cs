using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using GenreCloud.DatasetImport.Imports;

namespace GenreCloud.DatasetImport.Archives;

/// <summary>A blob, read by range. Every read is on condition that it is still the blob that was opened.</summary>
public sealed class BlobRandomAccess : IRandomAccess
{
    private readonly BlobClient _blob;
    private readonly ETag _etag;

    private BlobRandomAccess(BlobClient blob, string name, BlobProperties properties)
    {
        _blob = blob;
        _etag = properties.ETag;
        Name = name;
        Length = properties.ContentLength;
    }

    public string Name { get; }

    public long Length { get; }

    /// <param name="blob">The blob.</param>
    /// <param name="name">What people know it by.</param>
    /// <exception cref="RequestFailedException">There is no such blob, or the storage does not answer.</exception>
    public static async Task<BlobRandomAccess> OpenAsync(BlobClient blob, string name, CancellationToken cancellationToken) =>
        new(blob, name, await blob.GetPropertiesAsync(cancellationToken: cancellationToken));

    /// <inheritdoc/>
    /// <exception cref="ImportFailedException">The blob was replaced or removed since it was opened.</exception>
    /// <exception cref="RequestFailedException">The storage does not answer.</exception>
    public async ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        if (destination.IsEmpty)
        {
            return;
        }

        var options = new BlobDownloadOptions
        {
            Range = new HttpRange(offset, destination.Length),
            Conditions = new BlobRequestConditions { IfMatch = _etag },
        };
        try
        {
            using var download = (await _blob.DownloadStreamingAsync(options, cancellationToken)).Value;
            await download.Content.ReadExactlyAsync(destination, cancellationToken);
        }
        catch (RequestFailedException exception) when (
            exception.ErrorCode == BlobErrorCode.ConditionNotMet || exception.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            throw new ImportFailedException(
                "The source changed while it was read",
                $"{Name} (blob {_blob.Name}) was replaced or removed between two reads. Start the import again, and let nothing write to it meanwhile.");
        }
    }
}
