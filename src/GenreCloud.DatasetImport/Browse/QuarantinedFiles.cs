using Azure;
using Azure.Storage.Blobs;
using GenreCloud.DatasetImport.Archives;
using GenreCloud.DatasetImport.Imports;
using GenreCloud.Datasets;
using GenreCloud.ServiceDefaults;
using GenreCloud.Storage;
using Microsoft.Extensions.Options;

namespace GenreCloud.DatasetImport.Browse;

/// <summary>Finds what an import left out in the archives that it came from, which are stored for some time after the import.</summary>
internal sealed class QuarantinedFiles(BlobServiceClient blobs, IOptions<DatasetImportOptions> options)
{
    private readonly BlobContainerClient _sources = blobs.GetBlobContainerClient(StorageNames.Containers.Sources);

    /// <summary>The file of an entry; of a damaged one as much as comes out of the archive. Of several with one name, the first.</summary>
    /// <param name="manifest">Of the dataset version, which names the archives.</param>
    /// <param name="entry">As the quarantine names it.</param>
    /// <exception cref="ZipEntryException">Nothing comes out of the archive.</exception>
    /// <exception cref="ProblemException">404: no archive that is stored has such a file.</exception>
    public async Task<byte[]> ReadAsync(DatasetManifest manifest, string entry, CancellationToken cancellationToken)
    {
        var missing = 0;
        DatasetSource[] archives = [manifest.Source, .. manifest.FurtherSources];
        var names = ArchiveNames.Of([.. ArchiveNames.FilesOf(manifest)]);
        foreach (var (number, archive) in archives.Index())
        {
            if (await TryOpenAsync(archive, cancellationToken) is not { } access)
            {
                missing++;
                continue;
            }

            var limits = options.Value.ZipLimits;
            var name = WithoutArchive(entry, names[number]);
            var directory = await ZipDirectory.ReadAsync(access, limits, cancellationToken);
            if (directory.Entries.FirstOrDefault(file => file.Name == name) is { } found)
            {
                return await ReadAsync(new ZipReader(access, limits), found, cancellationToken);
            }
        }

        throw new ProblemException(
            StatusCodes.Status404NotFound,
            "Not found",
            missing == 0
                ? $"The archives of {manifest.Name} version {manifest.Version} have no file {entry}: it is a row of the labels."
                : $"{entry} is in no archive of {manifest.Name} version {manifest.Version} that is still stored; "
                    + "archives are kept for DatasetImport:StagedSourceRetention after their import. Import the dataset again to look at it.");
    }

    private async Task<BlobRandomAccess?> TryOpenAsync(DatasetSource archive, CancellationToken cancellationToken)
    {
        try
        {
            var blob = _sources.GetBlobClient($"{archive.Sha256}{StagedKind.Zip.Extension}");
            return await BlobRandomAccess.OpenAsync(blob, archive.FileName ?? "the zip", cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.Status == StatusCodes.Status404NotFound)
        {
            return null;
        }
    }

    /// <summary>Where a version has several archives, its quarantine names them.</summary>
    private static string WithoutArchive(string entry, string archive)
    {
        var prefix = $"{archive}: ";
        return entry.StartsWith(prefix, StringComparison.Ordinal) ? entry[prefix.Length..] : entry;
    }

    private async Task<byte[]> ReadAsync(ZipReader zip, ZipEntry entry, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        try
        {
            await using var file = await zip.OpenAsync(entry, Math.Max(options.Value.MaxEntryBytes, options.Value.MaxSongBytes), cancellationToken);
            await file.CopyToAsync(content, cancellationToken);
        }
        catch (ZipEntryException) when (content.Length > 0)
        {
            // What is wrong with it stands in the quarantine; what there is of it may tell more.
        }

        return content.ToArray();
    }
}
