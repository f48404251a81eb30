using System.Text.RegularExpressions;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using GenreCloud.DatasetImport.Deletion;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.DatasetImport.Sources;
using GenreCloud.DatasetImport.Uploads;
using GenreCloud.Datasets;
using GenreCloud.Datasets.Deletion;
using GenreCloud.Storage;
using Microsoft.Extensions.Options;

namespace GenreCloud.DatasetImport.Garbage;

/// <summary>Finds what nobody needs any more, and changes nothing.</summary>
internal sealed partial class GarbageSurvey(
    BlobServiceClient blobs,
    DatasetStore datasets,
    DatasetUsers users,
    ImportStore imports,
    IOptions<DatasetImportOptions> options,
    TimeProvider time)
{
    /// <summary>
    /// What there is, by kind. The sources and the imports' files are listed before the imports are read: a source that is staged, or found to be there
    /// already, is new from then on (<see cref="StagedBlobRenewal"/>), and deleted only as it was listed.
    /// </summary>
    public async Task<IReadOnlyList<GarbageItem>> FindAsync(CancellationToken cancellationToken)
    {
        var versions = await datasets.ListStoredAsync(name: null, cancellationToken);
        var sources = await ListAsync(StorageNames.Containers.Sources, cancellationToken);
        var ofImports = await ListAsync(StorageNames.Containers.Imports, cancellationToken);
        var known = (await imports.ListAsync(cancellationToken)).ToDictionary(import => import.Id, StringComparer.Ordinal);
        var found = new List<GarbageItem>();
        foreach (var stored in versions.Where(stored => stored.Files > 0))
        {
            if (await FindDeletedAsync(stored, cancellationToken) is { } deleted)
            {
                found.Add(deleted);
            }
            else if (!stored.IsComplete && await SinceWhenAbandonedAsync(stored.Name, stored.Version, cancellationToken) is { } since)
            {
                found.Add(ItemOf(stored, GarbageKind.UnfinishedVersion, since));
            }
            else if (stored is { IsComplete: true, IsMarked: false })
            {
                found.AddRange(await FindOrphanedShardsAsync(stored, cancellationToken));
            }
        }

        found.AddRange(FindSources(sources, known.Values));
        found.AddRange(FindFailedImports(ofImports, known));
        return [.. found.OrderBy(item => item.Kind).ThenBy(item => item.Path, StringComparer.Ordinal)];
    }

    /// <summary>Whether a version was given up so long ago that what is there of it can go: since when, or null.</summary>
    public async Task<DateTimeOffset?> SinceWhenAbandonedAsync(string name, int version, CancellationToken cancellationToken)
    {
        if (await datasets.FindReservationAsync(name, version, cancellationToken) is not { } reservation
            || await datasets.ExistsAsync(name, version, cancellationToken))
        {
            return null;
        }

        // Versions that were not written by an import have no document that could say more.
        var owner = Guid.TryParseExact(reservation.Owner, "n", out _) ? await imports.FindAsync(reservation.Owner, cancellationToken) : null;
        if (owner is { HasEnded: false })
        {
            return null;
        }

        var since = owner?.EndedAt ?? reservation.Reserved;
        return IsOlder(since, options.Value.FailedImportRetention) ? since : null;
    }

    private async Task<GarbageItem?> FindDeletedAsync(StoredVersion stored, CancellationToken cancellationToken)
    {
        if (!stored.IsMarked || await datasets.FindDeletionAsync(stored.Name, stored.Version, cancellationToken) is not { } deletion)
        {
            return null;
        }

        // Files of a version whose sweep has begun are what a killed sweep, or a writer that was given up for dead, has left.
        var isDue = deletion.SweepStartedAt is not null
            || (deletion.RestorableUntil <= time.GetUtcNow() && await users.FindAsync(stored.Name, [stored.Version], cancellationToken) is { Count: 0 });
        return isDue ? ItemOf(stored, GarbageKind.DeletedVersion, deletion.RequestedAt) : null;
    }

    private async Task<IEnumerable<GarbageItem>> FindOrphanedShardsAsync(StoredVersion stored, CancellationToken cancellationToken)
    {
        try
        {
            return from shard in await datasets.ListOrphanedShardsAsync(stored.Name, stored.Version, cancellationToken)
                   where IsOlder(shard.Properties.LastModified!.Value, options.Value.FailedImportRetention)
                   select ItemOf(GarbageKind.OrphanedShard, $"{StorageNames.Containers.Datasets}/{shard.Name}", [shard], shard.Properties.LastModified!.Value);
        }
        catch (DatasetException)
        {
            // Of a manifest that cannot be read nobody knows which shards it names.
            return [];
        }
    }

    private IEnumerable<GarbageItem> FindSources(IEnumerable<BlobItem> sources, IEnumerable<Import> known)
    {
        var needed = known.Where(import => !import.HasEnded).SelectMany(NeededBy).ToHashSet(StringComparer.Ordinal);
        return
            from blob in sources
            let kind = IsOfStaging(blob.Name) ? GarbageKind.UploadLeftover
                : StagedName().IsMatch(blob.Name) ? GarbageKind.StagedSource
                : (GarbageKind?)null
            where kind is not null && !needed.Contains(blob.Name) && IsOlder(blob.Properties.LastModified!.Value, options.Value.StagedSourceRetention)
            select ItemOf(kind.Value, $"{StorageNames.Containers.Sources}/{blob.Name}", [blob], blob.Properties.LastModified!.Value);
    }

    private static IEnumerable<string> NeededBy(Import import) =>
    [
        .. import.StagedArchives.Append(import.StagedLabels).OfType<StagedSource>().Select(source => source.Blob),
        .. import.Sources.Select(source => source.Upload).OfType<string>().SelectMany(UploadStore.BlobsOf),
    ];

    private IEnumerable<GarbageItem> FindFailedImports(IEnumerable<BlobItem> ofImports, IReadOnlyDictionary<string, Import> known) =>
        from blob in ofImports
        let id = blob.Name.Split('/')[0]
        where blob.Name != $"{id}/{imports.DocumentName}"
        group blob by id into folder
        let import = known.GetValueOrDefault(folder.Key)
        where import is { HasEnded: true, Status: not ImportStatus.Completed, EndedAt: { } endedAt } && IsOlder(endedAt, options.Value.FailedImportRetention)
        select ItemOf(GarbageKind.FailedImport, $"{StorageNames.Containers.Imports}/{folder.Key}/", [.. folder], import.EndedAt!.Value);

    private async Task<IReadOnlyList<BlobItem>> ListAsync(string container, CancellationToken cancellationToken)
    {
        var found = new List<BlobItem>();
        await foreach (var blob in blobs.GetBlobContainerClient(container).GetBlobsAsync(cancellationToken: cancellationToken))
        {
            found.Add(blob);
        }

        return found;
    }

    /// <summary>Whether a blob is no staged source, but helps to stage one.</summary>
    private static bool IsOfStaging(string name) =>
        name.StartsWith(StagedBlocks.UploadingPrefix, StringComparison.Ordinal) || name.StartsWith(SourceRecord.Prefix, StringComparison.Ordinal);

    private bool IsOlder(DateTimeOffset since, TimeSpan age) => time.GetUtcNow() - since > age;

    private static GarbageItem ItemOf(StoredVersion stored, GarbageKind kind, DateTimeOffset since) => new()
    {
        Kind = kind,
        Path = $"{StorageNames.Containers.Datasets}/{stored.Name}/{stored.Version}/",
        Blobs = stored.Files,
        Bytes = stored.Bytes,
        Since = since,
        Dataset = stored.Name,
        Version = stored.Version,
    };

    private static GarbageItem ItemOf(GarbageKind kind, string path, IReadOnlyList<BlobItem> blobs, DateTimeOffset since) => new()
    {
        Kind = kind,
        Path = path,
        Blobs = blobs.Count,
        Bytes = blobs.Sum(blob => blob.Properties.ContentLength ?? 0),
        Since = since,
        Found = [.. blobs.Select(blob => (blob.Name, blob.Properties.ETag!.Value, blob.Properties.ContentLength ?? 0))],
    };

    /// <summary>What a staging names after its content: a SHA-256 in hexadecimal and a file extension.</summary>
    [GeneratedRegex("^[0-9a-f]{64}[.][a-z0-9]+$", RegexOptions.CultureInvariant)]
    private static partial Regex StagedName();
}
