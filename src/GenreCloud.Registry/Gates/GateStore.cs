using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using GenreCloud.Storage;

namespace GenreCloud.Registry;

/// <summary>
/// Reads and changes gates.json, and with it the history. As of the aliases, what decides is one conditional write, of the gates and, in the blob's metadata, of
/// the change itself; the line in the history follows, written by whoever comes next where this one dies in between.
/// </summary>
internal sealed class GateStore(BlobContainerClient container, TimeProvider time)
{
    private const string ChangeKey = "change";

    /// <exception cref="InvalidDocumentException">It is no document of gates.</exception>
    public async Task<StoredGates> ReadAsync(string model, CancellationToken cancellationToken)
    {
        var blob = Blob(model);
        try
        {
            BlobDownloadResult download = await blob.DownloadContentAsync(cancellationToken);
            var gates = JsonSerializer.Deserialize<SortedDictionary<string, PromotionGate>>(download.Content.ToMemory().Span, GenreCloudJson.Options)
                ?? throw new InvalidDocumentException(blob.Name, typeof(PromotionGates), innerException: null);
            return new StoredGates(gates, MetadataText.Read<ModelChange>(download.Details.Metadata, ChangeKey), download.Details.ETag);
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return new StoredGates(new SortedDictionary<string, PromotionGate>(), null, null);
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            throw new InvalidDocumentException(blob.Name, typeof(PromotionGates), exception);
        }
    }

    /// <param name="gate">Null for none.</param>
    /// <param name="expected">What the gates have to be; null for anything.</param>
    /// <exception cref="BlobChangedException">They are not what was expected.</exception>
    public async Task<StoredGates> SetAsync(
        string model, string alias, PromotionGate? gate, ETag? expected, string who, CancellationToken cancellationToken)
    {
        var history = new ModelHistory(container.GetAppendBlobClient($"{model}/{ModelHistory.FileName}"));
        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now).ToString("n");
        while (true)
        {
            var present = await ReadAsync(model, cancellationToken);
            await history.EnsureAsync(present.Change, cancellationToken);

            // It is this one's, written by a request whose answer was lost on the way.
            if (present.Change?.Id == id)
            {
                return present;
            }

            if (expected is { } tag && present.ETag?.ToString("H") != tag.ToString("H"))
            {
                throw new BlobChangedException(Blob(model).Name, new RequestFailedException(412, "Its ETag is another one."));
            }

            if (present.Gates.GetValueOrDefault(alias) == gate)
            {
                return present;
            }

            var change = new ModelChange
            {
                Id = id,
                At = now,
                Kind = ModelChangeKind.GateChanged,
                Alias = alias,
                Who = who,
                GateBefore = present.Gates.GetValueOrDefault(alias),
                GateAfter = gate,
            };
            if (await TryWriteAsync(model, present.With(alias, gate, change), change, present.ETag, cancellationToken) is { } written)
            {
                await history.AppendAsync(change, cancellationToken);
                return written;
            }

            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <returns>Null when another writer was first.</returns>
    private async Task<StoredGates?> TryWriteAsync(string model, StoredGates wanted, ModelChange change, ETag? present, CancellationToken cancellationToken)
    {
        var options = new BlobUploadOptions
        {
            Conditions = present is { } etag ? new BlobRequestConditions { IfMatch = etag } : new BlobRequestConditions { IfNoneMatch = ETag.All },
            HttpHeaders = new BlobHttpHeaders { ContentType = "application/json" },
            Metadata = new Dictionary<string, string> { [ChangeKey] = MetadataText.Of(change) },
        };
        try
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(wanted.Gates, GenreCloudJson.Options);
            BlobContentInfo info = await Blob(model).UploadAsync(BinaryData.FromBytes(json), options, cancellationToken);
            return wanted with { ETag = info.ETag };
        }
        catch (RequestFailedException exception)
            when (exception.ErrorCode == BlobErrorCode.BlobAlreadyExists || exception.ErrorCode == BlobErrorCode.ConditionNotMet)
        {
            return null;
        }
    }

    private BlobClient Blob(string model) => container.GetBlobClient($"{model}/gates.json");
}

/// <summary>gates.json with what stands in its metadata.</summary>
/// <param name="Gates">By alias.</param>
/// <param name="Change">The change that made it what it is; null for what an older program wrote.</param>
/// <param name="ETag">Null when there is none yet.</param>
internal sealed record StoredGates(IReadOnlyDictionary<string, PromotionGate> Gates, ModelChange? Change, ETag? ETag)
{
    /// <param name="gate">Null for none.</param>
    public StoredGates With(string alias, PromotionGate? gate, ModelChange change)
    {
        var gates = new SortedDictionary<string, PromotionGate>(Gates.ToDictionary(), StringComparer.Ordinal);
        _ = gates.Remove(alias);
        if (gate is not null)
        {
            gates.Add(alias, gate);
        }

        return this with { Gates = gates, Change = change };
    }

    public PromotionGates ToGates() => new(Gates, ETag);
}
