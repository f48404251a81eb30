using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using GenreCloud.Datasets.Deletion;
using GenreCloud.Datasets.Shards;
using GenreCloud.Storage;

namespace GenreCloud.Datasets;

/// <summary>The dataset versions in a blob container: "{name}/{version}/manifest.json" and what it describes.</summary>
/// <param name="container">The container; it must exist.</param>
/// <param name="time">Stamps reservations and manifests.</param>
public sealed class DatasetStore(BlobContainerClient container, TimeProvider time)
{
    private readonly DatasetDeletions _deletions = new(container, time);

    /// <summary>Names with at least one version that can be used, in ordinal order.</summary>
    public async Task<IReadOnlyList<string>> ListNamesAsync(CancellationToken cancellationToken)
    {
        var names = new List<string>();
        var options = new GetBlobsByHierarchyOptions { Delimiter = "/" };
        await foreach (var item in container.GetBlobsByHierarchyAsync(options, cancellationToken))
        {
            if (item.IsPrefix && DatasetName.IsValid(item.Prefix[..^1])
                && (await ListVersionsAsync(item.Prefix[..^1], cancellationToken)).Count > 0)
            {
                names.Add(item.Prefix[..^1]);
            }
        }

        names.Sort(StringComparer.Ordinal);
        return names;
    }

    /// <summary>
    /// The versions of a dataset that can be used, oldest first: they are complete, and not marked for deletion. Empty if there is no such dataset.
    /// </summary>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    public async Task<IReadOnlyList<int>> ListVersionsAsync(string name, CancellationToken cancellationToken) =>
        [.. (await ListStoredAsync(name, cancellationToken)).Where(stored => stored is { IsComplete: true, IsMarked: false }).Select(stored => stored.Version)];

    /// <summary>All versions in storage, by name and number: those that can be used, and what is left of others.</summary>
    /// <param name="name">Only of this dataset; null for all.</param>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    public async Task<IReadOnlyList<StoredVersion>> ListStoredAsync(string? name, CancellationToken cancellationToken)
    {
        if (name is not null)
        {
            DatasetName.ThrowIfInvalid(name);
        }

        var versions = new Dictionary<(string, int), StoredVersion>();
        var options = new GetBlobsOptions { Prefix = name is null ? null : $"{name}/" };
        await foreach (var blob in container.GetBlobsAsync(options, cancellationToken))
        {
            if (DatasetPaths.TryParse(blob.Name, out var dataset, out var version, out var file))
            {
                var stored = versions.GetValueOrDefault((dataset, version)) ?? new StoredVersion { Name = dataset, Version = version };
                versions[(dataset, version)] = file switch
                {
                    DatasetPaths.ReservationFile => stored,
                    DatasetPaths.DeletionFile => stored with { IsMarked = true },
                    _ => stored with
                    {
                        IsComplete = stored.IsComplete || file == DatasetPaths.ManifestFile,
                        Files = stored.Files + 1,
                        Bytes = stored.Bytes + (blob.Properties.ContentLength ?? 0),
                    },
                };
            }
        }

        return [.. versions.Values.OrderBy(stored => stored.Name, StringComparer.Ordinal).ThenBy(stored => stored.Version)];
    }

    /// <summary>The mark of a version that is to be deleted or was, or null: who wants to use a version looks for it as <see cref="DatasetDeletion"/> says.</summary>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    public async Task<DatasetDeletion?> FindDeletionAsync(string name, int version, CancellationToken cancellationToken) =>
        (await _deletions.FindAsync(name, version, cancellationToken))?.Value;

    /// <summary>Who reserved a version, or null if nobody did.</summary>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    public async Task<DatasetReservation?> FindReservationAsync(string name, int version, CancellationToken cancellationToken)
    {
        DatasetName.ThrowIfInvalid(name);
        return (await Reservation(name, version).ReadJsonAsync<DatasetReservation>(cancellationToken))?.Value;
    }

    /// <summary>Whether a version is there and complete, marked for deletion or not.</summary>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    public async Task<bool> ExistsAsync(string name, int version, CancellationToken cancellationToken)
    {
        DatasetName.ThrowIfInvalid(name);
        return await container.GetBlobClient(DatasetPaths.Of(name, version, DatasetPaths.ManifestFile)).ExistsAsync(cancellationToken);
    }

    /// <summary>The newest version that can be used, or null.</summary>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    public async Task<int?> FindLatestVersionAsync(string name, CancellationToken cancellationToken)
        => await ListVersionsAsync(name, cancellationToken) is { Count: > 0 } versions ? versions[^1] : null;

    /// <summary>
    /// Opens a version, or returns null if it is not there, not complete, or its files are being deleted. One that is only marked for deletion is opened:
    /// who began to use it before goes on.
    /// </summary>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    /// <exception cref="DatasetException">The manifest cannot be read.</exception>
    public async Task<DatasetReader?> FindAsync(string name, int version, CancellationToken cancellationToken)
    {
        DatasetName.ThrowIfInvalid(name);
        try
        {
            var blob = container.GetBlobClient(DatasetPaths.Of(name, version, DatasetPaths.ManifestFile));
            BlobDownloadResult manifest = await blob.DownloadContentAsync(cancellationToken);
            return await FindDeletionAsync(name, version, cancellationToken) is { SweepStartedAt: not null }
                ? null
                : new DatasetReader(container, manifest.Content.ToMemory());
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return null;
        }
    }

    /// <summary>
    /// The shards in storage that a version's manifest does not name, as of a part of a source whose pictures all turned out to be duplicates. Nobody reads them.
    /// Empty for a version that cannot be opened.
    /// </summary>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    /// <exception cref="DatasetException">The manifest cannot be read.</exception>
    public async Task<IReadOnlyList<BlobItem>> ListOrphanedShardsAsync(string name, int version, CancellationToken cancellationToken)
    {
        if (await FindAsync(name, version, cancellationToken) is not { } complete)
        {
            return [];
        }

        var named = complete.Manifest.Shards.Select(shard => DatasetPaths.Of(name, version, shard.File)).ToHashSet(StringComparer.Ordinal);
        var orphaned = new List<BlobItem>();
        await foreach (var blob in container.GetBlobsAsync(new GetBlobsOptions { Prefix = DatasetPaths.Of(name, version, DatasetPaths.ShardsFolder) }, cancellationToken))
        {
            if (!named.Contains(blob.Name))
            {
                orphaned.Add(blob);
            }
        }

        return orphaned;
    }

    /// <summary>
    /// Takes the next version number, or finds the one that the owner took before and has not completed. No two owners get the same one, and none
    /// is given twice.
    /// </summary>
    /// <param name="name">The dataset, which need not exist.</param>
    /// <param name="owner">The import that will write the version.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    public async Task<DatasetReservation> ReserveVersionAsync(string name, string owner, CancellationToken cancellationToken)
    {
        // What is marked for deletion, as a version that was never completed may be, can no longer be written.
        var stored = await ListStoredAsync(name, cancellationToken);
        foreach (var version in stored.Where(version => version is { IsComplete: false, IsMarked: false }).Reverse())
        {
            if (await FindReservationAsync(name, version.Version, cancellationToken) is { } present && present.Owner == owner)
            {
                return present;
            }
        }

        for (var version = stored.Count > 0 ? stored[^1].Version + 1 : 1; ; version++)
        {
            var reservation = new DatasetReservation(name, version, owner, time.GetUtcNow());
            try
            {
                await Reservation(name, version).CreateJsonAsync(reservation, cancellationToken);
                return reservation;
            }
            catch (BlobAlreadyExistsException)
            {
                // Another import was faster, and the next number is as good; or it was this one, and the answer got lost.
                if (await FindReservationAsync(name, version, cancellationToken) is { } present && present.Owner == owner)
                {
                    return present;
                }
            }
        }
    }

    /// <summary>Starts to write a reserved version in sequence.</summary>
    public DatasetWriter CreateWriter(DatasetReservation reservation, DatasetWriterOptions options) => new(Files(reservation), options);

    /// <summary>
    /// Starts to write one shard of a reserved version, however large it becomes. Different shards may have different writers, and writing one again
    /// with the same pictures is harmless.
    /// </summary>
    /// <param name="reservation">The version.</param>
    /// <param name="shard">The number of the shard.</param>
    public ShardWriter OpenShard(DatasetReservation reservation, int shard) => Files(reservation).OpenShards(long.MaxValue, shard);

    /// <summary>Takes a shard of another version of the dataset into a reserved one; harmless when done again.</summary>
    /// <param name="reservation">The version that gets it.</param>
    /// <param name="version">The version that has it.</param>
    /// <param name="description">The shard there.</param>
    /// <param name="shard">Its number in the version that gets it.</param>
    /// <param name="cancellationToken">Ends the copy.</param>
    /// <returns>The shard as the new version has it.</returns>
    public async Task<ShardDescription> CopyShardAsync(
        DatasetReservation reservation, int version, ShardDescription description, int shard, CancellationToken cancellationToken)
    {
        await Files(reservation).CopyShardAsync(version, description.File, shard, cancellationToken);
        return description with { File = ShardDescription.FileOf(shard) };
    }

    /// <summary>
    /// Completes a reserved version whose shards are written: its other files, the manifest last. Harmless when done again with the same content.
    /// </summary>
    /// <exception cref="DatasetException">There is no sample, or the version was written with other content.</exception>
    public Task<DatasetManifest> CompleteAsync(
        DatasetReservation reservation, DatasetWriterOptions options, DatasetContent content, CancellationToken cancellationToken) =>
        Files(reservation).CompleteAsync(content, options, cancellationToken);

    private DatasetVersionFiles Files(DatasetReservation reservation) => new(container, reservation, time);

    private BlobClient Reservation(string name, int version) => container.GetBlobClient(DatasetPaths.Of(name, version, DatasetPaths.ReservationFile));
}
