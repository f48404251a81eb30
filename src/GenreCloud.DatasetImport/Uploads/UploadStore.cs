using System.Buffers;
using System.Runtime.ExceptionServices;
using Azure.Storage.Blobs;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.DatasetImport.Sources;
using GenreCloud.Storage;
using Microsoft.Extensions.Options;

namespace GenreCloud.DatasetImport.Uploads;

/// <summary>
/// Uploads in parts. A part is stored in blocks as it comes, and what is stored counts, whatever becomes of the request or of this process:
/// how far an upload is, is asked from the storage.
/// </summary>
internal sealed class UploadStore(BlobServiceClient blobs, IOptions<DatasetImportOptions> options, TimeProvider time)
{
    /// <summary>How long a part stays the only one after this process vanishes.</summary>
    private static readonly TimeSpan Ownership = TimeSpan.FromSeconds(15);

    /// <summary>How long the rest of a part whose sender has gone may take to be stored.</summary>
    private static readonly TimeSpan TailTimeout = TimeSpan.FromSeconds(10);

    private readonly BlobContainerClient _container = blobs.GetBlobContainerClient(StorageNames.Containers.Sources);
    private readonly HashNamedBlobs _named = new(blobs.GetBlobContainerClient(StorageNames.Containers.Sources), time);

    /// <summary>What there is of an upload in container <c>sources</c>: its document and, once its import stages it, its content.</summary>
    public static string[] BlobsOf(string id) => [DocumentName(id), $"{StagedBlocks.UploadingPrefix}{id}"];

    public Task CreateAsync(Upload upload, CancellationToken cancellationToken) => Document(upload.Id).CreateJsonAsync(upload, cancellationToken);

    public async Task<Upload?> FindAsync(string id, CancellationToken cancellationToken) =>
        Guid.TryParseExact(id, "n", out _) ? (await Document(id).ReadJsonAsync<Upload>(cancellationToken))?.Value : null;

    /// <summary>How many bytes are stored.</summary>
    public async Task<long> OffsetAsync(Upload upload, CancellationToken cancellationToken) =>
        upload.IsAccepted || upload.Sha256 is not null ? upload.Bytes : OffsetOf(upload, await Blocks(upload.Id).ListAsync(cancellationToken));

    /// <summary>Notes that the import has begun.</summary>
    public Task AcceptAsync(Upload upload, CancellationToken cancellationToken) => ChangeAsync(upload, current => current with { IsAccepted = true }, cancellationToken);

    /// <summary>Removes an upload that is not wanted any more.</summary>
    public async Task DeleteAsync(Upload upload, CancellationToken cancellationToken)
    {
        await using var lease = await OwnAsync(upload.Id, cancellationToken);
        await Blocks(upload.Id).DiscardAsync();
        await Document(upload.Id).DeleteIfExistsAsync(cancellationToken: cancellationToken);
    }

    /// <summary>Stores a part. Of one that breaks off, what has come is stored.</summary>
    /// <param name="upload">What it is a part of.</param>
    /// <param name="offset">Where the sender believes that it begins.</param>
    /// <param name="content">The part.</param>
    /// <returns>How many bytes are stored now.</returns>
    /// <exception cref="WrongOffsetException">It begins elsewhere; nothing is stored.</exception>
    /// <exception cref="UploadBusyException">Another part is being stored.</exception>
    /// <exception cref="PartTooLongException">It is longer than what is missing.</exception>
    /// <exception cref="TooManyPartsException">The parts are too small.</exception>
    /// <exception cref="ImportFailedException">It is the beginning of something that is no zip; nothing is stored.</exception>
    public async Task<long> AppendAsync(Upload upload, long offset, Stream content, CancellationToken cancellationToken)
    {
        await using var lease = await OwnAsync(upload.Id, cancellationToken);

        // Written again, so that it is as young as the newest part: what is old is collected as garbage.
        await ChangeAsync(upload, current => current with { }, cancellationToken);
        var blocks = Blocks(upload.Id);
        var present = await blocks.ListAsync(cancellationToken);
        var stored = upload.IsAccepted ? upload.Bytes : OffsetOf(upload, present);
        if (offset != stored)
        {
            throw new WrongOffsetException(stored);
        }

        var count = present.Blocks.Count;
        var buffer = ArrayPool<byte>.Shared.Rent(StagedBlocks.BlockBytes);
        try
        {
            var isWhole = false;
            while (!isWhole)
            {
                var (filled, fault) = await FillAsync(content, buffer, cancellationToken);
                isWhole = filled < StagedBlocks.BlockBytes;
                var taken = (int)Math.Min(filled, upload.Bytes - stored);
                if (taken > 0)
                {
                    if (count++ >= StagedBlocks.MaxBlocks)
                    {
                        throw new TooManyPartsException(StagedBlocks.MaxBlocks);
                    }

                    if (stored == 0 && taken >= ArchiveSignature.MinLength)
                    {
                        ArchiveSignature.Require(buffer.AsSpan(0, Math.Min(taken, ArchiveSignature.Length)), "The upload");
                    }

                    // Also when the sender has gone: it sends the less again.
                    using var timeout = new CancellationTokenSource(fault is null ? Timeout.InfiniteTimeSpan : TailTimeout, time);
                    using var owned = CancellationTokenSource.CreateLinkedTokenSource(lease.Lost, timeout.Token);
                    await blocks.StageAsync(stored, buffer, taken, owned.Token);
                    ImportTelemetry.CountStaged(taken);
                    stored += taken;
                }

                if (fault is not null)
                {
                    ExceptionDispatchInfo.Throw(fault);
                }

                if (filled > taken)
                {
                    throw new PartTooLongException(upload.Bytes);
                }
            }

            return stored;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Makes a complete upload a staged source.</summary>
    /// <exception cref="ImportFailedException">There is no such upload, or not all of it.</exception>
    /// <exception cref="WrongHashException">It is another content than expected; nothing is kept.</exception>
    public async Task<StagedSource> StageAsync(string id, string? expectedSha256, Action<long, long?> onProgress, CancellationToken cancellationToken)
    {
        var upload = await FindAsync(id, cancellationToken)
            ?? throw new ImportFailedException("The upload is not there", $"There is no upload {id}. Upload the zip again: POST /api/uploads.");
        onProgress(upload.Bytes, upload.Bytes);
        if (upload.Sha256 is { } known && await _named.FindAsync(known, StagedKind.Zip, cancellationToken) is { } before)
        {
            WrongHashException.ThrowIfNot(expectedSha256, known);
            return StagedSourceOf(upload, before);
        }

        var blocks = Blocks(id);
        var present = await blocks.ListAsync(cancellationToken);
        if (OffsetOf(upload, present) is var stored && stored < upload.Bytes)
        {
            if (upload.Sha256 is { } sha256)
            {
                throw new StagedSource($"{sha256}{StagedKind.Zip.Extension}", upload.FileName, Url: null, sha256, upload.Bytes).Gone();
            }

            throw new ImportFailedException("The upload is not complete", $"{stored:N0} of the {upload.Bytes:N0} bytes of upload {id} are there. Send the rest, or upload the zip again.");
        }

        if (!present.IsCommitted)
        {
            await blocks.CommitAsync(present.Blocks.Select(block => block.Offset), StagedKind.Zip, cancellationToken);
        }

        var hash = await blocks.HashAsync(cancellationToken);
        if (expectedSha256 is not null && expectedSha256 != hash)
        {
            await blocks.DiscardAsync();
            throw new WrongHashException(expectedSha256, hash);
        }

        var staged = await _named.CopyFromAsync(blocks.Uri, ifMatch: null, hash, StagedKind.Zip, cancellationToken);
        await ChangeAsync(upload, current => current with { Sha256 = hash }, cancellationToken);
        await blocks.DiscardAsync();
        return StagedSourceOf(upload, staged);
    }

    private static StagedSource StagedSourceOf(Upload upload, StagedBlob staged) => new(staged.BlobName, upload.FileName, Url: null, staged.Sha256, staged.Length);

    private static long OffsetOf(Upload upload, StagedBlockList blocks) => blocks.IsCommitted ? upload.Bytes : blocks.Contiguous;

    /// <summary>Fills a block, or as much of it as the part has.</summary>
    /// <returns>How much has come, and what has ended it early.</returns>
    private async Task<(int Filled, Exception? Fault)> FillAsync(Stream content, byte[] buffer, CancellationToken cancellationToken)
    {
        var filled = 0;
        try
        {
            int read;
            while (filled < StagedBlocks.BlockBytes
                && (read = await SilenceLimit.ReadAsync(
                    content, buffer.AsMemory(filled, StagedBlocks.BlockBytes - filled), options.Value.SourceTimeout, time, cancellationToken)) > 0)
            {
                filled += read;
            }

            return (filled, null);
        }
        catch (Exception exception) when (exception is BadHttpRequestException or OperationCanceledException)
        {
            return (filled, exception);
        }
        catch (IOException exception)
        {
            return (filled, new BadHttpRequestException($"The part broke off; what has come is stored: {exception.Message}", StatusCodes.Status408RequestTimeout, exception));
        }
    }

    private async Task<BlobLease> OwnAsync(string id, CancellationToken cancellationToken) =>
        await BlobLease.TryAcquireAsync(_container.GetBlobClient($"{StagedBlocks.UploadingPrefix}{id}.lease"), Ownership, time, cancellationToken)
        ?? throw new UploadBusyException();

    private Task<Versioned<Upload>> ChangeAsync(Upload upload, Func<Upload, Upload> change, CancellationToken cancellationToken) =>
        Document(upload.Id).UpdateJsonAsync<Upload>(current => change(current ?? upload), cancellationToken);

    private StagedBlocks Blocks(string id) => new(_container, id, time);

    private BlobClient Document(string id) => _container.GetBlobClient(DocumentName(id));

    private static string DocumentName(string id) => $"{StagedBlocks.UploadingPrefix}{id}.json";
}
