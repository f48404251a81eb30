using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.Storage;

namespace GenreCloud.DatasetImport.Sources;

/// <summary>
/// Stages a blob of the service's own account: read once for its hash, and copied by the service itself. There is nothing to go on with
/// after a crash but the reading.
/// </summary>
internal sealed class StoredBlob(BlobServiceClient blobs, TimeProvider time)
{
    private readonly HashNamedBlobs _named = new(blobs.GetBlobContainerClient(StorageNames.Containers.Sources), time);

    /// <param name="path">"{container}/{name}".</param>
    /// <param name="kind">What it has to be.</param>
    /// <param name="maxBytes">Inclusive.</param>
    /// <param name="expectedSha256">What it has to be, in lower case; null for anything.</param>
    /// <param name="onProgress">Gets the bytes staged so far, and all.</param>
    /// <exception cref="ImportFailedException">It is not there, not a zip, or not for this service to read.</exception>
    /// <exception cref="UploadTooLargeException">It is too large.</exception>
    /// <exception cref="WrongHashException">It is another content than expected.</exception>
    public async Task<StagedSource> StageAsync(
        string path, StagedKind kind, long maxBytes, string? expectedSha256, Action<long, long?> onProgress, CancellationToken cancellationToken)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        var blob = blobs.GetBlobContainerClient(path[..slash]).GetBlobBaseClient(path[(slash + 1)..]);
        try
        {
            BlobProperties properties = await blob.GetPropertiesAsync(cancellationToken: cancellationToken);
            if (properties.ContentLength > maxBytes)
            {
                throw new UploadTooLargeException(maxBytes);
            }

            if (kind == StagedKind.Zip)
            {
                ArchiveSignature.Require(await HeadOfAsync(blob, properties, cancellationToken), path);
            }

            onProgress(0, properties.ContentLength);
            var sha256 = await StagedBlocks.HashAsync(blob, properties.ETag, cancellationToken);
            WrongHashException.ThrowIfNot(expectedSha256, sha256);
            var staged = await _named.CopyFromAsync(blob.Uri, properties.ETag, sha256, kind, cancellationToken);
            onProgress(staged.Length, staged.Length);
            return new StagedSource(staged.BlobName, Path.GetFileName(path), Url: null, sha256, staged.Length);
        }
        catch (RequestFailedException exception) when (exception.Status is 400 or 401 or 403 or 404)
        {
            throw new ImportFailedException(
                "The blob cannot be read",
                $"{path}: the storage answers {exception.Status} {exception.ErrorCode}. Check the name, and that this service may read that container.");
        }
    }

    private static async Task<byte[]> HeadOfAsync(BlobBaseClient blob, BlobProperties properties, CancellationToken cancellationToken)
    {
        if (properties.ContentLength == 0)
        {
            return [];
        }

        var options = new BlobDownloadOptions
        {
            Range = new HttpRange(0, ArchiveSignature.Length), Conditions = new BlobRequestConditions { IfMatch = properties.ETag },
        };
        return (await blob.DownloadContentAsync(options, cancellationToken)).Value.Content.ToArray();
    }
}
