using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
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
            if (DatasetPaths.TryParseVersion(blob.Name, name, file, out var version))
            {
                versions.Add(version);
            }
        }

        versions.Sort();
        return versions;
    }
}
