using Azure.Storage.Blobs;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.Storage;
using Microsoft.Extensions.Options;

namespace GenreCloud.DatasetImport.Sources;

/// <summary>
/// Stages a file that can be read by range. Whoever comes after a crash, a lost connection or a failed import goes on with the blocks
/// that are missing; a file that was staged before is not fetched again.
/// </summary>
internal sealed class RangeStaging(BlobServiceClient blobs, IOptions<DatasetImportOptions> options, SourceTuning tuning, TimeProvider time)
{
    private const int RoundedTo = 1 << 20;

    /// <summary>Whether the storage may fetch from addresses itself, which nobody checks then: one on this machine reaches what only this machine can.</summary>
    private readonly bool _mayCopy = options.Value.AllowPrivateAddresses || !blobs.Uri.IsLoopback;

    private readonly BlobContainerClient _container = blobs.GetBlobContainerClient(StorageNames.Containers.Sources);
    private readonly HashNamedBlobs _named = new(blobs.GetBlobContainerClient(StorageNames.Containers.Sources), time);

    /// <summary>What this very file was staged as before, if that is still there.</summary>
    /// <exception cref="WrongHashException">It is another content than expected.</exception>
    public async Task<StagedSource?> FindAsync(SourceFile file, string? expectedSha256, CancellationToken cancellationToken)
    {
        var record = (await SourceRecord.Blob(_container, file.Identity).ReadJsonAsync<SourceRecord>(cancellationToken))?.Value;
        if (record is not { Sha256: { } sha256 } || !record.IsOf(RecordOf(file)) || await _named.FindAsync(sha256, StagedKind.Zip, cancellationToken) is not { } staged)
        {
            return null;
        }

        WrongHashException.ThrowIfNot(expectedSha256, sha256);
        return StagedSourceOf(file, staged);
    }

    /// <summary>Stages it. The caller owns the staging from this place.</summary>
    /// <exception cref="UploadTooLargeException">It is larger than <see cref="DatasetImportOptions.MaxSourceBytes"/>.</exception>
    /// <exception cref="WrongHashException">It is another content than expected; nothing is kept.</exception>
    /// <exception cref="SourceChangedException">It is not the same file any more.</exception>
    /// <exception cref="SourceStaleException">It has to be opened again.</exception>
    public async Task<StagedSource> StageAsync(IRangeSource source, string? expectedSha256, Action<long, long?> onProgress, CancellationToken cancellationToken)
    {
        var file = source.File;
        if (file.Bytes > options.Value.MaxSourceBytes)
        {
            throw new UploadTooLargeException(options.Value.MaxSourceBytes);
        }

        if (await FindAsync(file, expectedSha256, cancellationToken) is { } before)
        {
            return before;
        }

        var record = await BeginAsync(file, cancellationToken);
        var blocks = new StagedBlocks(_container, record.BlocksKey(file.Identity), time);
        var present = await blocks.ListAsync(cancellationToken);
        string? sha256 = null;
        if (!present.IsCommitted)
        {
            var fetch = new BlockFetch(source, blocks, record.BlockBytes, tuning.ParallelBlocks, _mayCopy, onProgress);
            sha256 = await fetch.RunAsync(present, cancellationToken);
            await blocks.CommitAsync(fetch.Offsets, StagedKind.Zip, cancellationToken);
        }

        // Blocks cannot be read before they are committed, and the state of a hash cannot be kept: who did not see all of them reads them back.
        sha256 ??= await blocks.HashAsync(cancellationToken);
        if (expectedSha256 is not null && expectedSha256 != sha256)
        {
            await blocks.DiscardAsync();
            throw new WrongHashException(expectedSha256, sha256);
        }

        var staged = await _named.CopyFromAsync(blocks.Uri, ifMatch: null, sha256, StagedKind.Zip, cancellationToken);
        await SaveAsync(file, record with { Sha256 = sha256 }, cancellationToken);
        await blocks.DiscardAsync();
        return StagedSourceOf(file, staged);
    }

    /// <summary>Notes what a file that came in one stream was staged as, so that it is found the next time.</summary>
    public Task RememberAsync(SourceFile file, string sha256, CancellationToken cancellationToken) =>
        SaveAsync(file, RecordOf(file) with { Sha256 = sha256 }, cancellationToken);

    private static StagedSource StagedSourceOf(SourceFile file, StagedBlob staged) =>
        new(staged.BlobName, file.FileName, file.Url, staged.Sha256, staged.Length);

    /// <summary>Notes which file is staged from its place, and removes what there is of another that was there before.</summary>
    private async Task<SourceRecord> BeginAsync(SourceFile file, CancellationToken cancellationToken)
    {
        var record = RecordOf(file);
        var before = (await SourceRecord.Blob(_container, file.Identity).ReadJsonAsync<SourceRecord>(cancellationToken))?.Value;
        if (before is not null && !before.IsOf(record))
        {
            await new StagedBlocks(_container, before.BlocksKey(file.Identity), time).DiscardAsync();
        }

        await SaveAsync(file, record, cancellationToken);
        return record;
    }

    private async Task SaveAsync(SourceFile file, SourceRecord record, CancellationToken cancellationToken) =>
        await SourceRecord.Blob(_container, file.Identity).UpdateJsonAsync<SourceRecord>(_ => record, cancellationToken);

    private SourceRecord RecordOf(SourceFile file)
    {
        var smallest = (file.Bytes + StagedBlocks.MaxBlocks - 1) / StagedBlocks.MaxBlocks;
        return new SourceRecord
        {
            Validator = file.Validator,
            Bytes = file.Bytes,
            BlockBytes = smallest <= tuning.BlockBytes ? tuning.BlockBytes : checked((int)((smallest + RoundedTo - 1) / RoundedTo * RoundedTo)),
        };
    }
}
