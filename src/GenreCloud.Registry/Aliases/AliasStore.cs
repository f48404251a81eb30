using System.Globalization;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using GenreCloud.Storage;

namespace GenreCloud.Registry;

/// <summary>
/// Reads and changes aliases.json, and with it the history. What decides is one conditional write, of the aliases and, in the blob's metadata, of their rules and
/// of the change itself; the line in the history follows. Whoever dies in between leaves the change where the next one, or <see cref="ModelRegistry.FinishAsync"/>, finds it.
/// </summary>
internal sealed class AliasStore(BlobContainerClient container, TimeProvider time)
{
    private const string ChangeKey = "change";
    private const string DeletingKey = "deleting";
    private const string TrafficKey = "traffic";

    public ModelHistory History(string model) => new(container.GetAppendBlobClient($"{model}/{ModelHistory.FileName}"));

    /// <exception cref="InvalidDocumentException">It is no document of aliases.</exception>
    public async Task<StoredAliases> ReadAsync(string model, CancellationToken cancellationToken)
    {
        var none = new StoredAliases(new SortedDictionary<string, int>(), null, [], null);
        if (!ModelName.IsValid(model))
        {
            return none;
        }

        var blob = Blob(model);
        BlobDownloadResult download;
        try
        {
            download = await blob.DownloadContentAsync(cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return none;
        }

        try
        {
            var versions = JsonSerializer.Deserialize<SortedDictionary<string, int>>(download.Content.ToMemory().Span, GenreCloudJson.Options)
                ?? throw new InvalidDocumentException(blob.Name, typeof(ModelAliases), innerException: null);
            var metadata = download.Details.Metadata;
            int[] deleting = metadata.TryGetValue(DeletingKey, out var numbers)
                ? [.. numbers.Split(',').Select(number => int.Parse(number, NumberStyles.None, CultureInfo.InvariantCulture))]
                : [];
            return new StoredAliases(versions, MetadataText.Read<ModelChange>(metadata, ChangeKey), deleting, download.Details.ETag)
            {
                Traffic = MetadataText.Read<SortedDictionary<string, TrafficRule>>(metadata, TrafficKey) ?? [],
            };
        }
        catch (Exception exception) when (exception is JsonException or FormatException or OverflowException)
        {
            throw new InvalidDocumentException(blob.Name, typeof(ModelAliases), exception);
        }
    }

    /// <summary>Changes the aliases, from the start again whenever another one came between.</summary>
    /// <param name="model">The model.</param>
    /// <param name="expected">What the aliases have to be; null for anything.</param>
    /// <param name="decide">
    /// Gets the present aliases and a change to fill in, and returns the new ones, or null where nothing is to be changed. What it finds to be so when it is
    /// called is so until its decision is written, where that depends on the aliases alone. May be called several times.
    /// </param>
    /// <returns>What is now stored.</returns>
    /// <exception cref="AliasesChangedException">They are not what was expected.</exception>
    public async Task<StoredAliases> ChangeAsync(
        string model,
        ETag? expected,
        string who,
        string? why,
        Func<StoredAliases, ModelChange, Task<StoredAliases?>> decide,
        CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var blank = new ModelChange { Id = Guid.CreateVersion7(now).ToString("n"), At = now, Who = who, Why = why };
        while (true)
        {
            var present = await ReadAsync(model, cancellationToken);

            // It is this one's, written by a request whose answer was lost on the way.
            if (present.Change?.Id == blank.Id)
            {
                await History(model).EnsureAsync(present.Change, cancellationToken);
                return present;
            }

            if (expected is not null && present.ETag?.ToString("H") != expected?.ToString("H"))
            {
                throw new AliasesChangedException(model, "The aliases were changed since they were read.", present.ToAliases());
            }

            if (await decide(present, blank) is not { } wanted)
            {
                return present;
            }

            await History(model).EnsureAsync(present.Change, cancellationToken);
            if (await TryWriteAsync(model, wanted, present.ETag, cancellationToken) is { } written)
            {
                if (written.Change?.Id == blank.Id)
                {
                    await History(model).AppendAsync(written.Change, cancellationToken);
                }

                return written;
            }

            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <returns>Null when another writer was first.</returns>
    private async Task<StoredAliases?> TryWriteAsync(string model, StoredAliases wanted, ETag? present, CancellationToken cancellationToken)
    {
        var metadata = new Dictionary<string, string>();
        if (wanted.Change is { } change)
        {
            metadata[ChangeKey] = MetadataText.Of(change);
        }

        if (wanted.Traffic.Count > 0)
        {
            metadata[TrafficKey] = MetadataText.Of(wanted.Traffic);
        }

        if (wanted.Deleting.Count > 0)
        {
            metadata[DeletingKey] = string.Join(',', wanted.Deleting.Select(version => version.ToString(CultureInfo.InvariantCulture)));
        }

        var options = new BlobUploadOptions
        {
            Conditions = present is { } etag ? new BlobRequestConditions { IfMatch = etag } : new BlobRequestConditions { IfNoneMatch = ETag.All },
            HttpHeaders = new BlobHttpHeaders { ContentType = "application/json" },
            Metadata = metadata,
        };
        try
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(wanted.Versions, GenreCloudJson.Options);
            BlobContentInfo info = await Blob(model).UploadAsync(BinaryData.FromBytes(json), options, cancellationToken);
            return wanted with { ETag = info.ETag };
        }
        catch (RequestFailedException exception)
            when (exception.ErrorCode == BlobErrorCode.BlobAlreadyExists || exception.ErrorCode == BlobErrorCode.ConditionNotMet)
        {
            return null;
        }
    }

    private BlobClient Blob(string model) => container.GetBlobClient($"{model}/aliases.json");
}
