using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using GenreCloud.DatasetImport.Imports;

namespace GenreCloud.DatasetImport.Archives;

/// <summary>
/// A staged source, read by range. Its blob is named after its content: whoever writes it again, or renews it for another import meanwhile, changes
/// nothing in it.
/// </summary>
public sealed class BlobRandomAccess : IRandomAccess
{
    private readonly BlobClient _blob;

    private BlobRandomAccess(BlobClient blob, string name, BlobProperties properties)
    {
        _blob = blob;
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
    /// <exception cref="ImportFailedException">The blob was removed since it was opened.</exception>
    /// <exception cref="RequestFailedException">The storage does not answer.</exception>
    public async ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        if (destination.IsEmpty)
        {
            return;
        }

        try
        {
            var options = new BlobDownloadOptions { Range = new HttpRange(offset, destination.Length) };
            using var download = (await _blob.DownloadStreamingAsync(options, cancellationToken)).Value;
            await download.Content.ReadExactlyAsync(destination, cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            throw new ImportFailedException(
                "The source was removed while it was read", $"{Name} (blob {_blob.Name}) is no longer there. Start the import again, and let nothing remove it meanwhile.");
        }
    }
}
