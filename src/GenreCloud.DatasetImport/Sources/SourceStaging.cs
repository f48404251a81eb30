using Azure.Storage.Blobs;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.Storage;
using Microsoft.Extensions.Options;

namespace GenreCloud.DatasetImport.Sources;

/// <summary>Brings sources into container <c>sources</c>, named after their content, so that the same file is kept once.</summary>
internal sealed class SourceStaging(BlobServiceClient blobs, IOptions<DatasetImportOptions> options, TimeProvider time)
{
    private readonly StagingUpload _upload = new(blobs.GetBlobContainerClient(StorageNames.Containers.Sources), time);

    /// <summary>Stages a zip.</summary>
    /// <param name="source">The zip; it is read to its end.</param>
    /// <param name="onProgress">Gets the bytes staged so far.</param>
    /// <param name="cancellationToken">Ends the staging; nothing of it stays.</param>
    /// <exception cref="ImportFailedException">It is not a zip, found out before anything is stored; or it broke off.</exception>
    /// <exception cref="UploadTooLargeException">It is larger than <see cref="DatasetImportOptions.MaxSourceBytes"/>.</exception>
    public async Task<StagedSource> StageArchiveAsync(OpenedSource source, Action<long> onProgress, CancellationToken cancellationToken)
    {
        await using var content = new SourceStream(source, options.Value.SourceTimeout, onProgress, time);
        var head = await content.PeekAsync(ArchiveSignature.Length, cancellationToken);
        ArchiveSignature.Require(head.Span, source.Name);
        return await StageAsync(source, content, StagedKind.Zip, options.Value.MaxSourceBytes, cancellationToken);
    }

    /// <summary>Stages a labels CSV.</summary>
    /// <exception cref="ImportFailedException">It broke off.</exception>
    /// <exception cref="UploadTooLargeException">It is larger than <see cref="DatasetImportOptions.MaxLabelsBytes"/>.</exception>
    public async Task<StagedSource> StageLabelsAsync(OpenedSource source, CancellationToken cancellationToken)
    {
        await using var content = new SourceStream(source, options.Value.SourceTimeout, _ => { }, time);
        return await StageAsync(source, content, StagedKind.Csv, options.Value.MaxLabelsBytes, cancellationToken);
    }

    private async Task<StagedSource> StageAsync(OpenedSource source, SourceStream content, StagedKind kind, long maxBytes, CancellationToken cancellationToken)
    {
        if (source.Bytes > maxBytes)
        {
            throw new UploadTooLargeException(maxBytes);
        }

        var staged = await _upload.UploadAsync(content, kind, maxBytes, cancellationToken);
        return new StagedSource(staged.BlobName, source.FileName, source.Url, staged.Sha256, staged.Length);
    }
}
