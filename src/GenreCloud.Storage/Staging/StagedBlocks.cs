using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace GenreCloud.Storage;

/// <summary>
/// A file on its way into a container: blocks of a blob under <c>.uploading/</c>, which no listing shows before they are
/// committed. They may come in any order and from one process after another: which are there is asked from the storage. Blocks
/// whose file is never completed are discarded by the service after a week.
/// </summary>
/// <param name="container">Where it goes.</param>
/// <param name="key">Names the file until its hash is known. One owner at a time.</param>
/// <param name="time">Ends the clean-up of a storage that does not answer.</param>
public sealed class StagedBlocks(BlobContainerClient container, string key, TimeProvider time)
{
    /// <summary>What a block blob can have.</summary>
    public const int MaxBlocks = 50_000;

    /// <summary>8 MB: 50,000 of them are 400 GB, and one is small enough to be sent again when the connection breaks.</summary>
    public const int BlockBytes = 8 * 1024 * 1024;

    /// <summary>Files in progress lie under this prefix.</summary>
    public const string UploadingPrefix = ".uploading/";

    private static readonly TimeSpan CleanupTimeout = TimeSpan.FromSeconds(10);

    private readonly BlockBlobClient _blob = container.GetBlockBlobClient($"{UploadingPrefix}{key}");

    /// <summary>Where the committed content is, for a copy.</summary>
    public Uri Uri => _blob.Uri;

    /// <summary>What is there.</summary>
    public async Task<StagedBlockList> ListAsync(CancellationToken cancellationToken)
    {
        BlockList list;
        try
        {
            list = await _blob.GetBlockListAsync(BlockListTypes.All, cancellationToken: cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return new StagedBlockList(IsCommitted: false, []);
        }

        // A blob of nothing but uncommitted blocks has no committed ones, and committing leaves no others.
        var committed = list.CommittedBlocks.ToArray();
        var blocks = (committed.Length > 0 ? committed : list.UncommittedBlocks).Select(block => new StagedBlock(OffsetOf(block.Name), block.SizeLong));
        return new StagedBlockList(committed.Length > 0, [.. blocks.OrderBy(block => block.Offset)]);
    }

    /// <summary>Stores a block; one that began at the same byte is replaced.</summary>
    /// <param name="offset">Where in the file it begins.</param>
    public async Task StageAsync(long offset, byte[] buffer, int count, CancellationToken cancellationToken)
    {
        using var block = new MemoryStream(buffer, 0, count, writable: false);
        await _blob.StageBlockAsync(IdOf(offset), block, cancellationToken: cancellationToken);
    }

    /// <summary>Has the service itself fetch a block from another blob.</summary>
    /// <param name="source">With a signature that lets the service read it.</param>
    /// <param name="offset">Where in the file it begins.</param>
    /// <param name="count">Bytes.</param>
    /// <param name="ifMatch">What the source still has to be.</param>
    /// <exception cref="RequestFailedException">The service cannot read it from there.</exception>
    public Task StageFromAsync(Uri source, long offset, int count, ETag ifMatch, CancellationToken cancellationToken) => _blob.StageBlockFromUriAsync(
        source,
        IdOf(offset),
        new StageBlockFromUriOptions { SourceRange = new HttpRange(offset, count), SourceConditions = new RequestConditions { IfMatch = ifMatch } },
        cancellationToken);

    /// <summary>Makes the blocks one content, which can be read and copied, and takes no further blocks.</summary>
    public Task CommitAsync(IEnumerable<long> offsets, StagedKind kind, CancellationToken cancellationToken) => _blob.CommitBlockListAsync(
        offsets.Order().Select(IdOf),
        new CommitBlockListOptions { HttpHeaders = new BlobHttpHeaders { ContentType = kind.ContentType } },
        cancellationToken);

    /// <summary>SHA-256 of the committed content, 64 lower-case hexadecimal digits.</summary>
    public Task<string> HashAsync(CancellationToken cancellationToken) => HashAsync(_blob, ifMatch: null, cancellationToken);

    /// <inheritdoc cref="HashAsync(CancellationToken)"/>
    /// <param name="blob">Any blob.</param>
    /// <param name="ifMatch">What it has to be from the first to the last byte; null for what it is now.</param>
    public static async Task<string> HashAsync(BlobBaseClient blob, ETag? ifMatch, CancellationToken cancellationToken)
    {
        var options = new BlobOpenReadOptions(allowModifications: false)
        {
            BufferSize = BlockBytes,
            Conditions = ifMatch is { } etag ? new BlobRequestConditions { IfMatch = etag } : null,
        };
        await using var content = await blob.OpenReadAsync(options, cancellationToken);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
    }

    /// <summary>
    /// Removes what is there, also after a cancellation, but without waiting for ever. Where the storage is out of reach, it discards
    /// uncommitted blocks by itself.
    /// </summary>
    public async Task DiscardAsync()
    {
        using var timeout = new CancellationTokenSource(CleanupTimeout, time);
        try
        {
            // A blob of uncommitted blocks cannot be deleted, so it is committed first, empty, which discards them.
            await _blob.CommitBlockListAsync([], cancellationToken: timeout.Token);
            await _blob.DeleteAsync(cancellationToken: timeout.Token);
        }
        catch (Exception exception) when (exception is RequestFailedException or AggregateException or OperationCanceledException)
        {
        }
    }

    private static string IdOf(long offset) => Convert.ToBase64String(Encoding.ASCII.GetBytes(offset.ToString("D16", CultureInfo.InvariantCulture)));

    private static long OffsetOf(string id) => long.Parse(Convert.FromBase64String(id), CultureInfo.InvariantCulture);
}
