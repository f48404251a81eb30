using System.IO.Compression;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using GenreCloud.DatasetImport.Imports;

namespace GenreCloud.DatasetImport.Sources;

/// <summary>A staged zip, read from storage in windows; its entries are best taken in the order of <see cref="ZipArchive.Entries"/>.</summary>
internal static class SpectrogramArchive
{
    /// <summary>How much is fetched at a time. Neighbouring entries then come from one request.</summary>
    private const int WindowBytes = 16 << 20;

    /// <exception cref="ImportFailedException">It has no central directory, as when it is truncated, or too many entries.</exception>
    public static async Task<ZipArchive> OpenAsync(BlobClient blob, string name, int maxEntries, CancellationToken cancellationToken)
    {
        var stream = await blob.OpenReadAsync(new BlobOpenReadOptions(allowModifications: false) { BufferSize = WindowBytes }, cancellationToken);
        try
        {
            var archive = await ZipArchive.CreateAsync(stream, ZipArchiveMode.Read, leaveOpen: false, entryNameEncoding: null, cancellationToken);
            return archive.Entries.Count <= maxEntries
                ? archive
                : throw new ImportFailedException(
                    "The zip has too many entries", $"{name} has {archive.Entries.Count:N0}, and {maxEntries:N0} are taken (DatasetImport:MaxEntries).");
        }
        catch (InvalidDataException exception)
        {
            await stream.DisposeAsync();
            throw new ImportFailedException(
                "The zip is truncated or damaged",
                $"The directory at the end of {name} cannot be read: {exception.Message} Download it again and compare its size with the original's.");
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>Reads an entry into a buffer.</summary>
    /// <returns>Its length; null when it is longer than the buffer, whatever its header says.</returns>
    /// <exception cref="InvalidDataException">It cannot be inflated.</exception>
    public static async Task<int?> ReadEntryAsync(ZipArchiveEntry entry, byte[] buffer, CancellationToken cancellationToken)
    {
        if (entry.Length > buffer.Length)
        {
            return null;
        }

        await using var content = await entry.OpenAsync(cancellationToken);
        var length = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return length < buffer.Length || await content.ReadAsync(new byte[1], cancellationToken) == 0 ? length : null;
    }
}
