using Azure.Storage.Blobs;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.DatasetImport.Uploads;
using GenreCloud.Storage;
using Microsoft.Extensions.Options;

namespace GenreCloud.DatasetImport.Sources;

/// <summary>Brings sources into container <c>sources</c>, named after their content, so that the same file is kept once.</summary>
internal sealed class SourceStaging(
    BlobServiceClient blobs,
    SourceOpener sources,
    RangeStaging ranges,
    WebSource web,
    StoredBlob stored,
    UploadStore uploads,
    IOptions<DatasetImportOptions> options,
    SourceTuning tuning,
    TimeProvider time)
{
    /// <summary>A file that is another one each time it is opened cannot be read.</summary>
    private const int MaxChanges = 3;

    /// <summary>How long the staging from a place stays ours after this process vanishes.</summary>
    private static readonly TimeSpan Ownership = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan OwnershipPollInterval = TimeSpan.FromSeconds(1);

    private readonly BlobContainerClient _container = blobs.GetBlobContainerClient(StorageNames.Containers.Sources);
    private readonly HashNamedBlobs _named = new(blobs.GetBlobContainerClient(StorageNames.Containers.Sources), time);
    private readonly StagingUpload _upload = new(blobs.GetBlobContainerClient(StorageNames.Containers.Sources), time);

    /// <summary>
    /// Stages a zip, or a folder as a zip. Done again after whatever broke it off, it goes on from the blocks that are there; what was staged
    /// before is not fetched again.
    /// </summary>
    /// <param name="source">Where it is.</param>
    /// <param name="expectedSha256">What it has to be, in lower case; null for anything. One that is there already is not looked for anywhere else.</param>
    /// <param name="onProgress">Gets the bytes staged so far, and all where that is known. One call at a time.</param>
    /// <exception cref="ImportFailedException">It is not a zip, found out before anything is stored; or not to be had. No further attempt would help.</exception>
    /// <exception cref="UploadTooLargeException">It is larger than <see cref="DatasetImportOptions.MaxSourceBytes"/>.</exception>
    public async Task<StagedSource> StageArchiveAsync(
        ImportSource source, string? expectedSha256, Action<long, long?> onProgress, CancellationToken cancellationToken)
    {
        if (expectedSha256 is not null && await _named.FindAsync(expectedSha256, StagedKind.Zip, cancellationToken) is { } present)
        {
            return new StagedSource(present.BlobName, FileName: null, source.Url is null ? null : SourceAddress.WithoutSecrets(source.Url), present.Sha256, present.Length);
        }

        sources.Require(source);
        return await StageAsync(
            source,
            token => source switch
            {
                { Path: { } path } when Directory.Exists(path) => StageFolderAsync(Path.GetFullPath(path), expectedSha256, onProgress, token),
                { Path: { } path } => StageFileAsync(Path.GetFullPath(path), expectedSha256, onProgress, token),
                { Upload: { } upload } => uploads.StageAsync(upload, expectedSha256, onProgress, token),
                { Blob: { } blob } when !SourceAddress.IsHttp(blob) =>
                    stored.StageAsync(blob, StagedKind.Zip, options.Value.MaxSourceBytes, expectedSha256, onProgress, token),
                _ => StageUrlAsync(source, expectedSha256, onProgress, token),
            },
            cancellationToken);
    }

    /// <summary>Whether what was staged is still there, and then as if it had just come.</summary>
    public async Task<bool> IsStoredAsync(StagedSource staged, StagedKind kind, CancellationToken cancellationToken) =>
        await _named.FindAsync(staged.Sha256, kind, cancellationToken) is not null;

    /// <summary>Stages a zip that comes in one stream, once.</summary>
    /// <inheritdoc cref="StageArchiveAsync(ImportSource, string, Action{long, long?}, CancellationToken)"/>
    public async Task<StagedSource> StageArchiveAsync(OpenedSource source, Action<long> onProgress, CancellationToken cancellationToken)
    {
        try
        {
            return await StageStreamAsync(source, expectedSha256: null, (bytes, _) => onProgress(bytes), cancellationToken);
        }
        catch (SourceInterruptedException interruption)
        {
            throw interruption.AsFailure();
        }
    }

    /// <summary>Stages a labels CSV. It is small: what broke off begins again.</summary>
    /// <exception cref="ImportFailedException">It is not to be had.</exception>
    /// <exception cref="UploadTooLargeException">It is larger than <see cref="DatasetImportOptions.MaxLabelsBytes"/>.</exception>
    public Task<StagedSource> StageLabelsAsync(ImportSource source, CancellationToken cancellationToken)
    {
        sources.Require(source);
        return StageAsync(
            source,
            async token => source switch
            {
                { Upload: not null } => throw new ImportFailedException("The labels cannot be opened", "Labels are not uploaded in parts: put them into the zip."),
                { Blob: { } blob } when !SourceAddress.IsHttp(blob) =>
                    await stored.StageAsync(blob, StagedKind.Csv, options.Value.MaxLabelsBytes, expectedSha256: null, (_, _) => { }, token),
                _ => await RetryAsync(async _ => await StageLabelsAsync(await OpenLabelsAsync(source, token), token), token),
            },
            cancellationToken);
    }

    /// <summary>Gives up after the time limit, and says so.</summary>
    private async Task<StagedSource> StageAsync(ImportSource source, Func<CancellationToken, Task<StagedSource>> stage, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.Value.MaxSourceTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return await stage(either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ImportFailedException(
                "The source takes too long",
                $"{source.Name} is not there after {options.Value.MaxSourceTime.TotalHours:0.##} hours (DatasetImport:MaxSourceTime). Import it again: what is staged is kept.");
        }
        catch (WrongHashException exception)
        {
            throw new ImportFailedException(
                "The source is not the one that was expected", $"{source.Name} has the SHA-256 {exception.Actual}, and {exception.Expected} was asked for.");
        }
    }

    private Task<StagedSource> StageFolderAsync(string folder, string? expectedSha256, Action<long, long?> onProgress, CancellationToken cancellationToken) =>
        RetryAsync(
            async _ =>
            {
                // Ends the one who makes the zip when nobody reads it any more.
                using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                try
                {
                    return await StageStreamAsync(FolderZip.Open(folder, options.Value.MaxEntries, reading.Token), expectedSha256, onProgress, cancellationToken);
                }
                finally
                {
                    await reading.CancelAsync();
                }
            },
            cancellationToken);

    private Task<StagedSource> StageFileAsync(string path, string? expectedSha256, Action<long, long?> onProgress, CancellationToken cancellationToken) => OwnAsync(
        $"file:{path}",
        token => UnlessChangedAsync(
            path,
            async () =>
            {
                using var file = LocalFile.Open(path);
                var head = new byte[Math.Min(ArchiveSignature.Length, file.File.Bytes)];
                await file.ReadAsync(0, head, _ => { }, token);
                ArchiveSignature.Require(head, path);
                return await ranges.StageAsync(file, expectedSha256, onProgress, token);
            }),
        cancellationToken);

    private Task<StagedSource> StageUrlAsync(ImportSource source, string? expectedSha256, Action<long, long?> onProgress, CancellationToken cancellationToken)
    {
        var link = WebLink.Parse(source.Url ?? source.Blob!, tuning);
        return OwnAsync(
            link.Identity,
            token => UnlessChangedAsync(
                link.Shown,
                () => RetryAsync(
                    async patience =>
                    {
                        var opened = await web.OpenAsync(link, isBlob: source.Blob is not null, token);
                        return opened.Ranges is { } file
                            ? await ranges.StageAsync(file, expectedSha256, patience.Watch(onProgress), token)
                            : await StageStreamAsync(opened.Stream!, link, expectedSha256, onProgress, token);
                    },
                    token)),
            cancellationToken);
    }

    /// <summary>Stages what its host gives only as a whole, unless it was staged before.</summary>
    private async Task<StagedSource> StageStreamAsync(
        OpenedSource opened, WebLink link, string? expectedSha256, Action<long, long?> onProgress, CancellationToken cancellationToken)
    {
        var file = opened is { Validator: { } validator, Bytes: { } bytes }
            ? new SourceFile(link.Identity, validator, bytes, opened.Name, opened.FileName, opened.Url)
            : null;
        if (file is not null && await ranges.FindAsync(file, expectedSha256, cancellationToken) is { } before)
        {
            await opened.Content.DisposeAsync();
            return before;
        }

        var staged = await StageStreamAsync(opened, expectedSha256, onProgress, cancellationToken);
        if (file is not null)
        {
            await ranges.RememberAsync(file, staged.Sha256, cancellationToken);
        }

        return staged;
    }

    private async Task<StagedSource> StageStreamAsync(
        OpenedSource source, string? expectedSha256, Action<long, long?> onProgress, CancellationToken cancellationToken)
    {
        await using var content = new SourceStream(source, options.Value.SourceTimeout, bytes => onProgress(bytes, source.Bytes), time);
        var head = await content.PeekAsync(ArchiveSignature.Length, cancellationToken);
        ArchiveSignature.Require(head.Span, source.Name);
        return await UploadAsync(source, content, StagedKind.Zip, options.Value.MaxSourceBytes, expectedSha256, cancellationToken);
    }

    private async Task<StagedSource> StageLabelsAsync(OpenedSource source, CancellationToken cancellationToken)
    {
        await using var content = new SourceStream(source, options.Value.SourceTimeout, _ => { }, time);
        return await UploadAsync(source, content, StagedKind.Csv, options.Value.MaxLabelsBytes, expectedSha256: null, cancellationToken);
    }

    private async Task<StagedSource> UploadAsync(
        OpenedSource source, SourceStream content, StagedKind kind, long maxBytes, string? expectedSha256, CancellationToken cancellationToken)
    {
        if (source.Bytes > maxBytes)
        {
            throw new UploadTooLargeException(maxBytes);
        }

        var staged = await _upload.UploadAsync(content, kind, maxBytes, expectedSha256, cancellationToken);
        return new StagedSource(staged.BlobName, source.FileName, source.Url, staged.Sha256, staged.Length);
    }

    private async Task<OpenedSource> OpenLabelsAsync(ImportSource source, CancellationToken cancellationToken)
    {
        if (source.Path is not { } path)
        {
            return await web.OpenStreamAsync(WebLink.Parse(source.Url ?? source.Blob!, tuning), cancellationToken);
        }

        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
            return new OpenedSource(file, file.Length, Path.GetFullPath(path), Path.GetFileName(path), null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ImportFailedException("The source cannot be opened", exception.Message);
        }
    }

    /// <summary>Begins again where that may help, with pauses that grow.</summary>
    private async Task<StagedSource> RetryAsync(Func<SourcePatience, Task<StagedSource>> stage, CancellationToken cancellationToken)
    {
        var patience = new SourcePatience(tuning.RetryDelay, options.Value.MaxRetryAfter, time);
        while (true)
        {
            try
            {
                return await stage(patience);
            }
            catch (SourceInterruptedException interruption)
            {
                await patience.WaitAsync(interruption, cancellationToken);
            }
            catch (SourceStaleException stale)
            {
                await patience.WaitAsync(
                    new SourceInterruptedException("The source is refused", $"{stale.Message} Import it again: what is staged is kept, and it goes on from there."), cancellationToken);
            }
        }
    }

    private static async Task<StagedSource> UnlessChangedAsync(string name, Func<Task<StagedSource>> stage)
    {
        for (var changes = 1; ; changes++)
        {
            try
            {
                return await stage();
            }
            catch (SourceChangedException) when (changes < MaxChanges)
            {
                // From the start, with the file that is there now.
            }
            catch (SourceChangedException)
            {
                throw new ImportFailedException(
                    "The source keeps changing", $"{name} was another file {MaxChanges} times while it was read. Import it again when nobody writes to it.");
            }
        }
    }

    /// <summary>Lets one at a time stage from a place: who comes second finds what the first one has staged.</summary>
    private async Task<StagedSource> OwnAsync(string identity, Func<CancellationToken, Task<StagedSource>> stage, CancellationToken cancellationToken)
    {
        BlobLease? lease;
        while ((lease = await BlobLease.TryAcquireAsync(SourceRecord.Lease(_container, identity), Ownership, time, cancellationToken)) is null)
        {
            await Task.Delay(OwnershipPollInterval, time, cancellationToken);
        }

        await using (lease)
        {
            using var owned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Lost);
            try
            {
                return await stage(owned.Token);
            }
            catch (OperationCanceledException exception) when (lease.Lost.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw new IOException("Another worker has taken over the staging of this source, because the storage could not be reached in time.", exception);
            }
        }
    }
}
