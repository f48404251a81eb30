using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace GenreCloud.Storage;

/// <summary>
/// JSON documents in blobs with optimistic concurrency: creating asks that there is none, replacing asks that it is still the
/// one that was read. Of any number of racing writers exactly one wins; the others get a named exception.
/// </summary>
/// <remarks>
/// A create whose answer was lost on the way is sent again by the SDK and then reports that the blob exists: names that only
/// one writer can want (a new id) are not affected, and who races for a name has to treat it as lost.
/// </remarks>
public static class JsonDocuments
{
    /// <summary>Reads the document, or returns null when there is none.</summary>
    /// <exception cref="InvalidDocumentException">It is not JSON of this shape.</exception>
    public static async Task<Versioned<T>?> ReadJsonAsync<T>(this BlobClient blob, CancellationToken cancellationToken)
        where T : class
    {
        BlobDownloadStreamingResult download;
        try
        {
            // Read as it comes: the plans and results of a large import have megabytes each.
            download = await blob.DownloadStreamingAsync(cancellationToken: cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return null;
        }

        using (download)
        {
            try
            {
                var value = await JsonSerializer.DeserializeAsync<T>(download.Content, GenreCloudJson.Options, cancellationToken)
                    ?? throw new InvalidDocumentException(blob.Name, typeof(T), innerException: null);
                return new Versioned<T>(value, download.Details.ETag);
            }
            catch (JsonException exception)
            {
                throw new InvalidDocumentException(blob.Name, typeof(T), exception);
            }
        }
    }

    /// <summary>Creates the document.</summary>
    /// <exception cref="BlobAlreadyExistsException">There is one.</exception>
    public static Task<ETag> CreateJsonAsync<T>(this BlobClient blob, T value, CancellationToken cancellationToken)
        where T : class =>
        UploadAsync(blob, value, new BlobRequestConditions { IfNoneMatch = ETag.All }, cancellationToken);

    /// <summary>Replaces the document that was read with this ETag.</summary>
    /// <exception cref="BlobChangedException">It has been changed or deleted since.</exception>
    public static Task<ETag> ReplaceJsonAsync<T>(this BlobClient blob, T value, ETag expected, CancellationToken cancellationToken)
        where T : class =>
        UploadAsync(blob, value, new BlobRequestConditions { IfMatch = expected }, cancellationToken);

    /// <summary>
    /// Reads, changes and writes the document, from the start again whenever another writer came between.
    /// </summary>
    /// <param name="change">
    /// Gets the present document, or null when there is none, and returns the new one. May be called several times. Returning
    /// the very object it got writes nothing.
    /// </param>
    /// <returns>What is now stored.</returns>
    public static async Task<Versioned<T>> UpdateJsonAsync<T>(this BlobClient blob, Func<T?, T> change, CancellationToken cancellationToken)
        where T : class
    {
        // No delay and no limit: a failed attempt means that another writer succeeded, so all of them come to an end.
        while (true)
        {
            var present = await blob.ReadJsonAsync<T>(cancellationToken);
            var changed = change(present?.Value);
            try
            {
                if (present is null)
                {
                    return new Versioned<T>(changed, await blob.CreateJsonAsync(changed, cancellationToken));
                }

                return ReferenceEquals(changed, present.Value)
                    ? present
                    : new Versioned<T>(changed, await blob.ReplaceJsonAsync(changed, present.ETag, cancellationToken));
            }
            catch (Exception exception) when (exception is BlobAlreadyExistsException or BlobChangedException)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private static async Task<ETag> UploadAsync<T>(
        BlobClient blob, T value, BlobRequestConditions conditions, CancellationToken cancellationToken)
    {
        var options = new BlobUploadOptions
        {
            Conditions = conditions,
            HttpHeaders = new BlobHttpHeaders { ContentType = "application/json" },
        };
        try
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(value, GenreCloudJson.Options);
            return (await blob.UploadAsync(BinaryData.FromBytes(json), options, cancellationToken)).Value.ETag;
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.BlobAlreadyExists)
        {
            throw new BlobAlreadyExistsException(blob.Name, exception);
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.ConditionNotMet)
        {
            throw new BlobChangedException(blob.Name, exception);
        }
    }
}
