using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using GenreCloud.Storage;

namespace GenreCloud.Datasets.Deletion;

/// <summary>Marks dataset versions for deletion, takes that back, and deletes their files: the single steps of <see cref="DatasetDeletion"/>.</summary>
/// <param name="container">The container of the datasets.</param>
/// <param name="time">Stamps the marks.</param>
public sealed class DatasetDeletions(BlobContainerClient container, TimeProvider time)
{
    /// <summary>The mark of a version, or null.</summary>
    public Task<Versioned<DatasetDeletion>?> FindAsync(string name, int version, CancellationToken cancellationToken) =>
        Mark(name, version).ReadJsonAsync<DatasetDeletion>(cancellationToken);

    /// <summary>Marks a version, whose users are still to be looked for; one that is marked already keeps the mark that it has.</summary>
    public Task<Versioned<DatasetDeletion>> MarkAsync(string name, int version, CancellationToken cancellationToken) =>
        Mark(name, version).UpdateJsonAsync<DatasetDeletion>(
            present => present ?? new DatasetDeletion { Name = name, Version = version, RequestedAt = time.GetUtcNow() }, cancellationToken);

    /// <summary>Makes a deletion certain.</summary>
    /// <param name="mark">As it was before the users were looked for.</param>
    /// <param name="gracePeriod">How long from now it can be taken back.</param>
    /// <returns>Null when the mark has been changed or taken back since.</returns>
    public Task<Versioned<DatasetDeletion>?> TryConfirmAsync(Versioned<DatasetDeletion> mark, TimeSpan gracePeriod, CancellationToken cancellationToken) =>
        TryReplaceAsync(mark, mark.Value with { RestorableUntil = time.GetUtcNow() + gracePeriod }, cancellationToken);

    /// <summary>Begins to delete the files for good: nobody opens the version any more.</summary>
    /// <inheritdoc cref="TryConfirmAsync"/>
    public Task<Versioned<DatasetDeletion>?> TryBeginSweepAsync(Versioned<DatasetDeletion> mark, CancellationToken cancellationToken) =>
        mark.Value.SweepStartedAt is null
            ? TryReplaceAsync(mark, mark.Value with { SweepStartedAt = time.GetUtcNow() }, cancellationToken)
            : Task.FromResult<Versioned<DatasetDeletion>?>(mark);

    /// <summary>Removes a mark; the version can be used again.</summary>
    /// <returns>Whether it was still the one that was read.</returns>
    public async Task<bool> TryTakeBackAsync(Versioned<DatasetDeletion> mark, CancellationToken cancellationToken)
    {
        if (mark.Value.SweepStartedAt is not null)
        {
            return false;
        }

        try
        {
            await Mark(mark.Value.Name, mark.Value.Version).DeleteAsync(
                conditions: new BlobRequestConditions { IfMatch = mark.ETag }, cancellationToken: cancellationToken);
            return true;
        }
        catch (RequestFailedException exception)
            when (exception.ErrorCode == BlobErrorCode.ConditionNotMet || exception.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return false;
        }
    }

    /// <summary>
    /// Deletes the files of a version whose sweep has begun, the manifest first; the mark and the reservation stay. May be done again, and by several at once.
    /// </summary>
    /// <param name="onDeleted">Told of each file that is gone, with its size in bytes.</param>
    /// <exception cref="InvalidOperationException">The sweep of this version has not begun.</exception>
    public async Task SweepAsync(string name, int version, Action<string, long> onDeleted, CancellationToken cancellationToken)
    {
        if ((await FindAsync(name, version, cancellationToken))?.Value.SweepStartedAt is null)
        {
            throw new InvalidOperationException($"'{name}' version {version} is not marked as one whose files are being deleted.");
        }

        // A listing is in ordinal order, and samples.parquet, say, comes after the manifest only by chance of their names.
        await DeleteAsync(DatasetPaths.Of(name, version, DatasetPaths.ManifestFile), bytes: null);
        var options = new GetBlobsOptions { Prefix = DatasetPaths.Of(name, version, "") };
        await foreach (var blob in container.GetBlobsAsync(options, cancellationToken))
        {
            if (!DatasetPaths.StaysForGood(blob.Name))
            {
                await DeleteAsync(blob.Name, blob.Properties.ContentLength);
            }
        }

        async Task DeleteAsync(string file, long? bytes)
        {
            var blob = container.GetBlobClient(file);
            bytes ??= await LengthAsync(blob, cancellationToken);
            if (await blob.DeleteIfExistsAsync(DeleteSnapshotsOption.IncludeSnapshots, cancellationToken: cancellationToken))
            {
                onDeleted(file, bytes ?? 0);
            }
        }
    }

    private static async Task<long?> LengthAsync(BlobClient blob, CancellationToken cancellationToken)
    {
        try
        {
            return (await blob.GetPropertiesAsync(cancellationToken: cancellationToken)).Value.ContentLength;
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return null;
        }
    }

    private async Task<Versioned<DatasetDeletion>?> TryReplaceAsync(
        Versioned<DatasetDeletion> mark, DatasetDeletion changed, CancellationToken cancellationToken)
    {
        try
        {
            return new Versioned<DatasetDeletion>(
                changed, await Mark(changed.Name, changed.Version).ReplaceJsonAsync(changed, mark.ETag, cancellationToken));
        }
        catch (BlobChangedException)
        {
            return null;
        }
    }

    private BlobClient Mark(string name, int version)
    {
        DatasetName.ThrowIfInvalid(name);
        return container.GetBlobClient(DatasetPaths.Of(name, version, DatasetPaths.DeletionFile));
    }
}
