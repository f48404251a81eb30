using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using GenreCloud.Datasets.Shards;
using GenreCloud.Storage;

namespace GenreCloud.Datasets;

/// <summary>The dataset versions in a blob container: "{name}/{version}/manifest.json" and what it describes.</summary>
/// <param name="container">The container; it must exist.</param>
/// <param name="time">Stamps reservations and manifests.</param>
public sealed class DatasetStore(BlobContainerClient container, TimeProvider time)
{
    /// <summary>Names with at least one complete version, in ordinal order.</summary>
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

    /// <summary>The complete versions of a dataset, oldest first; empty if there is no such dataset.</summary>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    public Task<IReadOnlyList<int>> ListVersionsAsync(string name, CancellationToken cancellationToken)
        => ListAsync(name, DatasetPaths.ManifestFile, cancellationToken);

    /// <summary>The newest complete version, or null.</summary>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    public async Task<int?> FindLatestVersionAsync(string name, CancellationToken cancellationToken)
        => await ListVersionsAsync(name, cancellationToken) is { Count: > 0 } versions ? versions[^1] : null;

    /// <summary>Opens a version, or returns null if it is not there or not complete.</summary>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    /// <exception cref="DatasetException">The manifest cannot be read.</exception>
    public async Task<DatasetReader?> FindAsync(string name, int version, CancellationToken cancellationToken)
    {
        DatasetName.ThrowIfInvalid(name);
        try
        {
            var blob = container.GetBlobClient(DatasetPaths.Of(name, version, DatasetPaths.ManifestFile));
            BlobDownloadResult manifest = await blob.DownloadContentAsync(cancellationToken);
            return new DatasetReader(container, manifest.Content.ToMemory());
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return null;
        }
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
        var reserved = await ListAsync(name, DatasetPaths.ReservationFile, cancellationToken);
        var complete = await ListVersionsAsync(name, cancellationToken);
        foreach (var version in reserved.Except(complete).Reverse())
        {
            if ((await Reservation(name, version).ReadJsonAsync<DatasetReservation>(cancellationToken))?.Value is { } present && present.Owner == owner)
            {
                return present;
            }
        }

        for (var version = reserved.Count > 0 ? reserved[^1] + 1 : 1; ; version++)
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
                if ((await Reservation(name, version).ReadJsonAsync<DatasetReservation>(cancellationToken))?.Value is { } present && present.Owner == owner)
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

    private async Task<IReadOnlyList<int>> ListAsync(string name, string file, CancellationToken cancellationToken)
    {
        DatasetName.ThrowIfInvalid(name);
        var versions = new List<int>();
        await foreach (var blob in container.GetBlobsAsync(new GetBlobsOptions { Prefix = $"{name}/" }, cancellationToken))
        {
            if (DatasetPaths.TryParseVersion(blob.Name, name, file, out var version))
            {
                versions.Add(version);
            }
        }

        versions.Sort();
        return versions;
    }
}
