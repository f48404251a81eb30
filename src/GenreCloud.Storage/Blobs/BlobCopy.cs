using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace GenreCloud.Storage;

/// <summary>Copies by the service within an account, which moves no bytes through this process.</summary>
public static class BlobCopy
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Copies a blob that never changes to a name that only copies of it have. One that is there already is left.</summary>
    /// <exception cref="IOException">The service gave the copy up.</exception>
    public static async Task CopyOnceAsync(BlockBlobClient source, BlockBlobClient target, TimeProvider time, CancellationToken cancellationToken)
    {
        var options = new BlobCopyFromUriOptions { DestinationConditions = new BlobRequestConditions { IfNoneMatch = ETag.All } };
        try
        {
            var copy = await target.StartCopyFromUriAsync(source.Uri, options, cancellationToken);
            await copy.WaitForCompletionAsync(PollInterval, cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.BlobAlreadyExists)
        {
            // Whoever began it may not be here any more to see its end.
        }

        BlobProperties properties = await target.GetPropertiesAsync(cancellationToken: cancellationToken);
        while (properties is { CopyId: not null, CopyStatus: CopyStatus.Pending })
        {
            await Task.Delay(PollInterval, time, cancellationToken);
            properties = await target.GetPropertiesAsync(cancellationToken: cancellationToken);
        }

        if (properties is { CopyId: not null, CopyStatus: not CopyStatus.Success })
        {
            await target.DeleteIfExistsAsync(conditions: new BlobRequestConditions { IfMatch = properties.ETag }, cancellationToken: cancellationToken);
            throw new IOException($"The storage service did not complete the copy to '{target.Name}'.");
        }
    }
}
