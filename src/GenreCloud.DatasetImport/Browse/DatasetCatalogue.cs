using System.Collections.Concurrent;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Deletion;

namespace GenreCloud.DatasetImport.Browse;

/// <summary>Describes the datasets that there are, from one listing of the storage and the versions' manifests.</summary>
internal sealed class DatasetCatalogue(DatasetStore datasets, TimeProvider time)
{
    /// <summary>Manifests, of some ten KB each, that are read at a time.</summary>
    private const int ReadsAtATime = 8;

    /// <param name="name">Only this dataset; null for all.</param>
    /// <returns>By name; without datasets of which nothing can be used or restored.</returns>
    public async Task<IReadOnlyList<DatasetSummary>> DescribeAsync(string? name, CancellationToken cancellationToken)
    {
        var stored = (await datasets.ListStoredAsync(name, cancellationToken)).Where(version => version.IsComplete).ToArray();
        var details = new ConcurrentDictionary<StoredVersion, DatasetVersionSummary>();
        var deleted = new ConcurrentDictionary<StoredVersion, DatasetDeletion>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = ReadsAtATime, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(stored, parallel, async (version, cancelled) =>
        {
            if (!version.IsMarked)
            {
                // Null for one that has been deleted since it was listed.
                if (await DescribeAsync(version, cancelled) is { } summary)
                {
                    details[version] = summary;
                }
            }
            else if (await datasets.FindDeletionAsync(version.Name, version.Version, cancelled) is { SweepStartedAt: null } deletion
                && !(deletion.RestorableUntil <= time.GetUtcNow()))
            {
                deleted[version] = deletion;
            }
        });
        return
        [
            .. from version in stored
               group version by version.Name into versions
               let usable = versions.Select(version => details.GetValueOrDefault(version)).OfType<DatasetVersionSummary>().ToArray()
               let restorable = versions.Select(version => deleted.GetValueOrDefault(version)).OfType<DatasetDeletion>().ToArray()
               where usable.Length + restorable.Length > 0
               select new DatasetSummary(versions.Key, [.. usable.Select(version => version.Version)], usable, restorable),
        ];
    }

    private async Task<DatasetVersionSummary?> DescribeAsync(StoredVersion version, CancellationToken cancellationToken)
    {
        try
        {
            return await datasets.FindAsync(version.Name, version.Version, cancellationToken) is { } found
                ? DatasetVersionSummary.Of(version, found.Manifest)
                : null;
        }
        catch (DatasetException exception)
        {
            // The others are listed all the same.
            return new DatasetVersionSummary { Version = version.Version, Bytes = version.Bytes, Problem = exception.Message };
        }
    }
}
