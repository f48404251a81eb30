using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace GenreCloud.Storage;

/// <summary>
/// Puts a stream of unknown length into a container under the name of its hash, in one pass and a fixed amount of memory.
/// </summary>
/// <remarks>
/// The name is known only at the end. Until then the bytes are uncommitted blocks of a blob under <c>.uploading/</c>, which no
/// listing shows; then that blob is committed, copied by the service to its final name (without moving data, within an
/// account), and deleted. When the process dies before, the service discards the blocks by itself after a week.
/// </remarks>
public sealed class StagingUpload(BlobContainerClient container, TimeProvider time)
{
    /// <summary>Uploads in progress lie under this prefix.</summary>
    public const string UploadingPrefix = ".uploading/";

    // 50,000 blocks of 8 MB are 400 GB, and one is small enough to be sent again when the connection breaks.
    private const int BlockBytes = 8 * 1024 * 1024;

    private static readonly TimeSpan CopyPollInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan CleanupTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Stages the stream from its present position to its end.</summary>
    /// <param name="content">Read once; need not seek.</param>
    /// <param name="kind">Decides the extension and the content type.</param>
    /// <param name="maxBytes">Inclusive.</param>
    /// <exception cref="UploadTooLargeException">The stream is longer than <paramref name="maxBytes"/>.</exception>
    /// <exception cref="IOException">The stream broke; nothing is kept.</exception>
    public async Task<StagedBlob> UploadAsync(Stream content, StagedKind kind, long maxBytes, CancellationToken cancellationToken)
    {
        var temporary = container.GetBlockBlobClient($"{UploadingPrefix}{Guid.NewGuid():N}");
        try
        {
            var (sha256, length, blocks) = await StageBlocksAsync(temporary, content, maxBytes, cancellationToken);
            var final = container.GetBlockBlobClient($"{sha256}{kind.Extension}");
            if (!await ExistsWholeAsync(final, cancellationToken))
            {
                var options = new CommitBlockListOptions { HttpHeaders = new BlobHttpHeaders { ContentType = kind.ContentType } };
                await temporary.CommitBlockListAsync(blocks, options, cancellationToken);
                await CopyAsync(temporary, final, cancellationToken);
            }

            return new StagedBlob(final.Name, sha256, length);
        }
        finally
        {
            await RemoveAsync(temporary);
        }
    }

    private static async Task<(string Sha256, long Length, List<string> Blocks)> StageBlocksAsync(
        BlockBlobClient blob, Stream content, long maxBytes, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            var blocks = new List<string>();
            var length = 0L;
            int read;
            while ((read = await content.ReadAtLeastAsync(buffer.AsMemory(0, BlockBytes), BlockBytes, throwOnEndOfStream: false, cancellationToken)) > 0)
            {
                length += read;
                if (length > maxBytes)
                {
                    throw new UploadTooLargeException(maxBytes);
                }

                hash.AppendData(buffer, 0, read);
                var id = Convert.ToBase64String(Encoding.ASCII.GetBytes(blocks.Count.ToString("D8", CultureInfo.InvariantCulture)));
                using var block = new MemoryStream(buffer, 0, read, writable: false);
                await blob.StageBlockAsync(id, block, cancellationToken: cancellationToken);
                blocks.Add(id);
            }

            return (Convert.ToHexStringLower(hash.GetHashAndReset()), length, blocks);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Whether the blob is there with all of its content; waits for a copy of another uploader to end.</summary>
    private async Task<bool> ExistsWholeAsync(BlockBlobClient blob, CancellationToken cancellationToken)
    {
        while (true)
        {
            BlobProperties properties;
            try
            {
                properties = await blob.GetPropertiesAsync(cancellationToken: cancellationToken);
            }
            catch (RequestFailedException exception) when (exception.Status == 404)
            {
                return false;
            }

            // A blob that was uploaded rather than copied has no copy id.
            if (properties.CopyId is null || properties.CopyStatus == CopyStatus.Success)
            {
                return await blob.TryRenewAsync(time, cancellationToken);
            }

            if (properties.CopyStatus == CopyStatus.Pending)
            {
                await Task.Delay(CopyPollInterval, time, cancellationToken);
                continue;
            }

            await blob.DeleteIfExistsAsync(
                conditions: new BlobRequestConditions { IfMatch = properties.ETag }, cancellationToken: cancellationToken);
            return false;
        }
    }

    /// <summary>Copies, or leaves the copy of another uploader of the same content that was first.</summary>
    private async Task CopyAsync(BlockBlobClient source, BlockBlobClient target, CancellationToken cancellationToken)
    {
        try
        {
            var options = new BlobCopyFromUriOptions { DestinationConditions = new BlobRequestConditions { IfNoneMatch = ETag.All } };
            var copy = await target.StartCopyFromUriAsync(source.Uri, options, cancellationToken);
            await copy.WaitForCompletionAsync(CopyPollInterval, cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.BlobAlreadyExists)
        {
            // The check below waits for it.
        }

        if (!await ExistsWholeAsync(target, cancellationToken))
        {
            throw new IOException($"The storage service did not complete the copy to '{target.Name}'. Upload again.");
        }
    }

    private async Task RemoveAsync(BlockBlobClient temporary)
    {
        // Also after a cancellation, but not for ever. A blob of uncommitted blocks cannot be deleted, so it is committed
        // first, empty, which discards them.
        using var timeout = new CancellationTokenSource(CleanupTimeout, time);
        try
        {
            await temporary.CommitBlockListAsync([], cancellationToken: timeout.Token);
            await temporary.DeleteAsync(cancellationToken: timeout.Token);
        }
        catch (Exception exception) when (exception is RequestFailedException or AggregateException or OperationCanceledException)
        {
            // The storage is out of reach, which is why we are here; it discards uncommitted blocks by itself.
        }
    }
}
