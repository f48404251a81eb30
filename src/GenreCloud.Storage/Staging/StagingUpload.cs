using System.Buffers;
using System.Security.Cryptography;
using Azure.Storage.Blobs;

namespace GenreCloud.Storage;

/// <summary>
/// Puts a stream of unknown length into a container under the name of its hash, in one pass and a fixed amount of memory.
/// </summary>
/// <remarks>
/// The name is known only at the end. Until then the bytes are <see cref="StagedBlocks"/>; then these are committed, copied by
/// the service to the final name (without moving data, within an account), and deleted.
/// </remarks>
public sealed class StagingUpload(BlobContainerClient container, TimeProvider time)
{
    private readonly HashNamedBlobs _named = new(container, time);

    /// <summary>Stages the stream from its present position to its end.</summary>
    /// <param name="content">Read once; need not seek.</param>
    /// <param name="kind">Decides the extension and the content type.</param>
    /// <param name="maxBytes">Inclusive.</param>
    /// <param name="expectedSha256">What the content has to be, in lower case; null for anything.</param>
    /// <exception cref="UploadTooLargeException">The stream is longer than <paramref name="maxBytes"/>.</exception>
    /// <exception cref="WrongHashException">It is another content; nothing is kept.</exception>
    /// <exception cref="IOException">The stream broke; nothing is kept.</exception>
    public async Task<StagedBlob> UploadAsync(
        Stream content, StagedKind kind, long maxBytes, string? expectedSha256, CancellationToken cancellationToken)
    {
        var blocks = new StagedBlocks(container, $"{Guid.NewGuid():N}", time);
        try
        {
            var (sha256, offsets) = await StageAsync(blocks, content, maxBytes, cancellationToken);
            WrongHashException.ThrowIfNot(expectedSha256, sha256);
            if (await _named.FindAsync(sha256, kind, cancellationToken) is { } present)
            {
                return present;
            }

            await blocks.CommitAsync(offsets, kind, cancellationToken);
            return await _named.CopyFromAsync(blocks.Uri, ifMatch: null, sha256, kind, cancellationToken);
        }
        finally
        {
            await blocks.DiscardAsync();
        }
    }

    private static async Task<(string Sha256, List<long> Offsets)> StageAsync(
        StagedBlocks blocks, Stream content, long maxBytes, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(StagedBlocks.BlockBytes);
        try
        {
            var offsets = new List<long>();
            var length = 0L;
            int read;
            while ((read = await content.ReadAtLeastAsync(
                buffer.AsMemory(0, StagedBlocks.BlockBytes), StagedBlocks.BlockBytes, throwOnEndOfStream: false, cancellationToken)) > 0)
            {
                if (length + read > maxBytes)
                {
                    throw new UploadTooLargeException(maxBytes);
                }

                hash.AppendData(buffer, 0, read);
                await blocks.StageAsync(length, buffer, read, cancellationToken);
                offsets.Add(length);
                length += read;
            }

            return (Convert.ToHexStringLower(hash.GetHashAndReset()), offsets);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
