using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Deletion;
using GenreCloud.Storage;

namespace GenreCloud.DatasetImport.Garbage;

/// <summary>Deletes what a <see cref="GarbageSurvey"/> finds. It may be stopped or killed at any moment: the next one finds what is left.</summary>
internal sealed partial class GarbageCollector(
    GarbageSurvey survey,
    DatasetStore datasets,
    DatasetDeletions deletions,
    BlobServiceClient blobs,
    TimeProvider time,
    ILogger<GarbageCollector> logger)
{
    /// <summary>
    /// How old a mark is whose request was cut off before it knew whether anyone uses the version: looking through some thousand jobs takes seconds.
    /// </summary>
    private static readonly TimeSpan LongestSearchForUsers = TimeSpan.FromMinutes(10);

    public async Task CollectAsync(CancellationToken cancellationToken)
    {
        await TakeBackForgottenMarksAsync(cancellationToken);
        foreach (var item in await survey.FindAsync(cancellationToken))
        {
            await (item.Kind switch
            {
                GarbageKind.DeletedVersion => SweepDeletedAsync(item, cancellationToken),
                GarbageKind.UnfinishedVersion => SweepUnfinishedAsync(item, cancellationToken),
                _ => DeleteAsync(item, cancellationToken),
            });
        }
    }

    private async Task TakeBackForgottenMarksAsync(CancellationToken cancellationToken)
    {
        foreach (var stored in (await datasets.ListStoredAsync(name: null, cancellationToken)).Where(stored => stored is { IsMarked: true, Files: > 0 }))
        {
            if (await deletions.FindAsync(stored.Name, stored.Version, cancellationToken) is { Value.IsCertain: false } mark
                && time.GetUtcNow() - mark.Value.RequestedAt > LongestSearchForUsers
                && await deletions.TryTakeBackAsync(mark, cancellationToken))
            {
                LogTakenBack(stored.Name, stored.Version, mark.Value.RequestedAt);
            }
        }
    }

    /// <summary>The users were looked for by the survey; since the mark was there, nobody has come.</summary>
    private async Task SweepDeletedAsync(GarbageItem item, CancellationToken cancellationToken)
    {
        if (await deletions.FindAsync(item.Dataset!, item.Version, cancellationToken) is { Value.IsCertain: true } mark
            && await deletions.TryBeginSweepAsync(mark, cancellationToken) is not null)
        {
            await SweepAsync(item, cancellationToken);
        }
    }

    private async Task SweepUnfinishedAsync(GarbageItem item, CancellationToken cancellationToken)
    {
        // The import could be done again, and go on with what it has written: marked first, then looked at again, as for a complete version.
        var mark = await deletions.MarkAsync(item.Dataset!, item.Version, cancellationToken);
        if (await survey.SinceWhenAbandonedAsync(item.Dataset!, item.Version, cancellationToken) is null)
        {
            await deletions.TryTakeBackAsync(mark, cancellationToken);
        }
        else if (await deletions.TryBeginSweepAsync(mark, cancellationToken) is not null)
        {
            await SweepAsync(item, cancellationToken);
        }
    }

    private Task SweepAsync(GarbageItem item, CancellationToken cancellationToken) => deletions.SweepAsync(
        item.Dataset!,
        item.Version,
        (file, bytes) => Count(item.Kind, $"{StorageNames.Containers.Datasets}/{file}", bytes),
        cancellationToken);

    private async Task DeleteAsync(GarbageItem item, CancellationToken cancellationToken)
    {
        var container = blobs.GetBlobContainerClient(item.Path.Split('/')[0]);
        foreach (var (name, etag, bytes) in item.Found)
        {
            try
            {
                await container.GetBlobClient(name).DeleteAsync(
                    DeleteSnapshotsOption.IncludeSnapshots, new BlobRequestConditions { IfMatch = etag }, cancellationToken);
                Count(item.Kind, $"{container.Name}/{name}", bytes);
            }
            catch (RequestFailedException exception)
                when (exception.Status is StatusCodes.Status404NotFound or StatusCodes.Status409Conflict or StatusCodes.Status412PreconditionFailed)
            {
                // Gone already, or in use again: changed since it was found, or leased.
                LogLeft(item.Kind, container.Name, name, exception.ErrorCode);
            }
        }
    }

    private void Count(GarbageKind kind, string path, long bytes)
    {
        GarbageTelemetry.CountDeleted(kind, bytes);
        LogDeleted(kind, path, bytes);
    }

    [LoggerMessage(LogLevel.Information, "Garbage collection deleted {Path}, {Bytes} bytes ({Kind})")]
    private partial void LogDeleted(GarbageKind kind, string path, long bytes);

    [LoggerMessage(LogLevel.Information, "Garbage collection left {Container}/{Blob} ({Kind}): {Reason}")]
    private partial void LogLeft(GarbageKind kind, string container, string blob, string? reason);

    [LoggerMessage(LogLevel.Warning, "The deletion of {Dataset} version {Version}, asked for at {RequestedAt}, was cut off before it was certain; it is taken back")]
    private partial void LogTakenBack(string dataset, int version, DateTimeOffset requestedAt);
}
