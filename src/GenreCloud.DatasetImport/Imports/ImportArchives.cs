using Azure;
using Azure.Storage.Blobs;
using GenreCloud.DatasetImport.Archives;
using GenreCloud.DatasetImport.Profiles;
using GenreCloud.Storage;
using Microsoft.Extensions.Options;

namespace GenreCloud.DatasetImport.Imports;

/// <summary>The staged zips of imports, opened where they lie, and the labels in them or beside them.</summary>
internal sealed class ImportArchives(BlobServiceClient blobs, IOptions<DatasetImportOptions> options)
{
    private readonly BlobContainerClient _sources = blobs.GetBlobContainerClient(StorageNames.Containers.Sources);

    private ZipLimits Limits => options.Value.ZipLimits;

    /// <summary>Opens a zip for its entries.</summary>
    /// <exception cref="ImportFailedException">It is no longer there.</exception>
    public async Task<ZipReader> OpenEntriesAsync(StagedSource staged, CancellationToken cancellationToken) =>
        new(await AccessAsync(staged, cancellationToken), Limits);

    /// <summary>Opens a zip for its directory.</summary>
    /// <exception cref="ImportFailedException">It is damaged, hostile, too large or no longer there.</exception>
    public async Task<OpenedArchive> OpenAsync(StagedSource staged, CancellationToken cancellationToken)
    {
        var access = await AccessAsync(staged, cancellationToken);
        return new OpenedArchive(new ZipReader(access, Limits), await ZipDirectory.ReadAsync(access, Limits, cancellationToken));
    }

    /// <summary>
    /// Reads the labels: the separate file if there is one, otherwise those of all zips that have some, one after another. A CSV that is in several
    /// zips is read once.
    /// </summary>
    /// <exception cref="ImportFailedException">There are none, or they cannot be read.</exception>
    public async Task<LabelTable> ReadLabelsAsync(
        Import import, CsvProfile profile, IReadOnlyList<OpenedArchive> archives, CancellationToken cancellationToken)
    {
        if (import.StagedLabels is { } staged)
        {
            await using var blob = await StoredAsync(staged, () => _sources.GetBlobClient(staged.Blob).OpenReadAsync(cancellationToken: cancellationToken));
            return await ReadLabelsAsync(profile, blob, staged.FileName ?? "the labels", staged.Bytes, cancellationToken);
        }

        var tables = new List<(string FileName, LabelTable Table)>();
        var read = new HashSet<(long, uint)>();
        foreach (var archive in archives)
        {
            if (profile.FindLabels([.. archive.Directory.Entries.Select(entry => entry.Name)]) is { } name
                && archive.Directory.Entries.First(entry => entry.Name == name) is var csv
                && read.Add((csv.Bytes, csv.Crc32)))
            {
                tables.Add((name, await ReadLabelsAsync(profile, archive.Zip, csv, cancellationToken)));
            }
        }

        return tables switch
        {
            [] => throw new ImportFailedException(
                "There are no labels",
                "The zip holds no CSV. Add one to it, or name it in the request as \"labels\": {\"path\"} or {\"url\"}. Where folders are the labels, use profile folders."),
            [var only] => only.Table,
            _ => LabelTable.Merge(tables),
        };
    }

    private async Task<LabelTable> ReadLabelsAsync(CsvProfile profile, ZipReader zip, ZipEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            await using var csv = await zip.OpenAsync(entry, options.Value.MaxLabelsBytes, cancellationToken);
            return await ReadLabelsAsync(profile, csv, entry.Name, entry.Bytes, cancellationToken);
        }
        catch (ZipEntryException exception) when (exception.Fault == ZipEntryFault.TooLarge)
        {
            throw TooLarge(entry.Name);
        }
        catch (ZipEntryException exception)
        {
            throw new ImportFailedException("The labels cannot be read", $"{entry.Name} is damaged inside the zip: {exception.Message}");
        }
    }

    /// <param name="bytes">How many there are, as the storage or the zip says.</param>
    private async Task<LabelTable> ReadLabelsAsync(CsvProfile profile, Stream csv, string name, long bytes, CancellationToken cancellationToken)
    {
        // Into memory at once, since a copy that grows takes up to three times as much; and by the limit, whatever a header promises.
        using var copy = new MemoryStream((int)Math.Clamp(bytes, 0, options.Value.MaxLabelsBytes));
        var buffer = new byte[1 << 16];
        int read;
        while ((read = await csv.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (copy.Length + read > options.Value.MaxLabelsBytes)
            {
                throw TooLarge(name);
            }

            await copy.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        copy.Position = 0;
        return profile.ReadLabels(copy, name);
    }

    private ImportFailedException TooLarge(string name) => new(
        "The labels are too large", $"{name} has more than {options.Value.MaxLabelsBytes:N0} bytes (DatasetImport:MaxLabelsBytes).");

    private Task<BlobRandomAccess> AccessAsync(StagedSource staged, CancellationToken cancellationToken) => StoredAsync(
        staged, () => BlobRandomAccess.OpenAsync(_sources.GetBlobClient(staged.Blob), staged.FileName ?? "the zip", cancellationToken));

    private static async Task<T> StoredAsync<T>(StagedSource staged, Func<Task<T>> open)
    {
        try
        {
            return await open();
        }
        catch (RequestFailedException exception) when (exception.Status == StatusCodes.Status404NotFound)
        {
            throw staged.Gone();
        }
    }
}

/// <summary>A staged zip whose directory was read.</summary>
/// <param name="Zip">Reads its entries.</param>
/// <param name="Directory">Its entries.</param>
internal sealed record OpenedArchive(ZipReader Zip, ZipDirectory Directory);
