using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using GenreCloud.Datasets.Deletion;
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
        return (await container.GetBlobClient(DatasetPaths.Of(name, version, DatasetPaths.ReservationFile))
            .ReadJsonAsync<DatasetReservation>(cancellationToken))?.Value;
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

    /// <summary>Takes the next version number. No two calls get the same one, and none is given twice.</summary>
    /// <param name="name">The dataset, which need not exist.</param>
    /// <param name="owner">The import that will write the version.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    public async Task<DatasetReservation> ReserveVersionAsync(string name, string owner, CancellationToken cancellationToken)
    {
        var reserved = await ListAsync(name, DatasetPaths.ReservationFile, cancellationToken);
        for (var version = reserved.Count > 0 ? reserved[^1] + 1 : 1; ; version++)
        {
            var reservation = new DatasetReservation(name, version, owner, time.GetUtcNow());
            try
            {
                var blob = container.GetBlobClient(DatasetPaths.Of(name, version, DatasetPaths.ReservationFile));
                await blob.CreateJsonAsync(reservation, cancellationToken);
                return reservation;
            }
            catch (BlobAlreadyExistsException)
            {
                // Another import was faster; the next number is as good.
            }
        }
    }

    /// <summary>Starts to write a reserved version.</summary>
    public DatasetWriter CreateWriter(DatasetReservation reservation, DatasetWriterOptions options) => new(container, reservation, options, time);

    private async Task<IReadOnlyList<int>> ListAsync(string name, string file, CancellationToken cancellationToken)
    {
        DatasetName.ThrowIfInvalid(name);
        var versions = new List<int>();
        await foreach (var blob in container.GetBlobsAsync(new GetBlobsOptions { Prefix = $"{name}/" }, cancellationToken))
        {
            if (DatasetPaths.TryParse(blob.Name, out _, out var version, out var found) && found == file)
            {
                versions.Add(version);
            }
        }

        versions.Sort();
        return versions;
    }
}
