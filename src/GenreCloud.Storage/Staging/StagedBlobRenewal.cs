using System.Globalization;
using Azure;
using Azure.Storage.Blobs.Specialized;

namespace GenreCloud.Storage;

/// <summary>
/// Keeps a staged blob from a garbage collection that runs at the same moment. The collection deletes what has been there unchanged for long, as it was
/// listed; so who finds that what it wants is there already changes it, and has it, as new, until its job's document names it.
/// </summary>
public static class StagedBlobRenewal
{
    private const string UsedMetadata = "genrecloud_used";

    /// <summary>Makes a staged blob one that was changed just now; its content stays.</summary>
    /// <returns>Whether it was there.</returns>
    public static async Task<bool> TryRenewAsync(this BlobBaseClient blob, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            var metadata = new Dictionary<string, string> { [UsedMetadata] = time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture) };
            await blob.SetMetadataAsync(metadata, cancellationToken: cancellationToken);
            return true;
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return false;
        }
    }
}
