using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace GenreCloud.Storage;

/// <summary>The blobs of a container that are named after their content, <c>{sha256}.zip</c>: the same content is there once.</summary>
public sealed class HashNamedBlobs(BlobContainerClient container, TimeProvider time)
{
    private static readonly TimeSpan CopyPollInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>The content with this hash, now as if it had just come, or null when it is not there; waits for a copy that is under way.</summary>
    public async Task<StagedBlob?> FindAsync(string sha256, StagedKind kind, CancellationToken cancellationToken)
    {
        var blob = container.GetBlockBlobClient($"{sha256}{kind.Extension}");
        while (true)
        {
            BlobProperties properties;
            try
            {
                properties = await blob.GetPropertiesAsync(cancellationToken: cancellationToken);
            }
            catch (RequestFailedException exception) when (exception.Status == 404)
            {
                return null;
            }

            // A blob that was uploaded rather than copied has no copy id.
            if (properties.CopyId is null || properties.CopyStatus == CopyStatus.Success)
            {
                return await blob.TryRenewAsync(time, cancellationToken) ? new StagedBlob(blob.Name, sha256, properties.ContentLength) : null;
            }

            if (properties.CopyStatus == CopyStatus.Pending)
            {
                await Task.Delay(CopyPollInterval, time, cancellationToken);
                continue;
            }

            await blob.DeleteIfExistsAsync(
                conditions: new BlobRequestConditions { IfMatch = properties.ETag }, cancellationToken: cancellationToken);
            return null;
        }
    }

    /// <summary>Has the service copy a blob with this content here, without moving data within an account; one that is there stays.</summary>
    /// <param name="source">A blob of this account, or one with a signature.</param>
    /// <param name="ifMatch">What the source still has to be; null for what it is.</param>
    /// <exception cref="IOException">The service did not complete the copy.</exception>
    public async Task<StagedBlob> CopyFromAsync(Uri source, ETag? ifMatch, string sha256, StagedKind kind, CancellationToken cancellationToken)
    {
        if (await FindAsync(sha256, kind, cancellationToken) is { } present)
        {
            return present;
        }

        var target = container.GetBlockBlobClient($"{sha256}{kind.Extension}");
        try
        {
            var options = new BlobCopyFromUriOptions { DestinationConditions = new BlobRequestConditions { IfNoneMatch = ETag.All } };
            if (ifMatch is { } etag)
            {
                options.SourceConditions = new BlobRequestConditions { IfMatch = etag };
            }

            var copy = await target.StartCopyFromUriAsync(source, options, cancellationToken);
            await copy.WaitForCompletionAsync(CopyPollInterval, cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.BlobAlreadyExists)
        {
            // Another one with the same content was first; what follows waits for it.
        }

        return await FindAsync(sha256, kind, cancellationToken)
            ?? throw new IOException($"The storage service did not complete the copy to '{target.Name}'. Try again.");
    }
}
