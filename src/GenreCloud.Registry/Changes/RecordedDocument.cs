using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using GenreCloud.Storage;

namespace GenreCloud.Registry;

/// <summary>
/// A JSON file of each model that people change, and with it the model's history. What decides is one conditional write, of the file and, in the blob's metadata, of
/// the change itself; the line in the history follows. Whoever dies in between leaves the change where the next one, or <see cref="ModelRegistry.FinishAsync"/>, finds it.
/// </summary>
/// <param name="container">The registry.</param>
/// <param name="fileName">In the model's folder.</param>
internal abstract class RecordedDocument<T>(BlobContainerClient container, string fileName, TimeProvider time)
    where T : StoredDocument
{
    private const string ChangeKey = "change";

    /// <summary>What a model has that has no such file.</summary>
    protected abstract T None { get; }

    public ModelHistory History(string model) => new(container.GetAppendBlobClient($"{model}/{ModelHistory.FileName}"));

    /// <exception cref="InvalidDocumentException">It is no such document.</exception>
    public async Task<T> ReadAsync(string model, CancellationToken cancellationToken)
    {
        if (!ModelName.IsValid(model))
        {
            return None;
        }

        var blob = Blob(model);
        BlobDownloadResult download;
        try
        {
            download = await blob.DownloadContentAsync(cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return None;
        }

        try
        {
            var metadata = download.Details.Metadata;
            var stored = Parse(download.Content.ToMemory().Span, metadata) ?? throw new JsonException("It is null.");
            return stored with { Change = MetadataText.Read<ModelChange>(metadata, ChangeKey), ETag = download.Details.ETag };
        }
        catch (Exception exception) when (exception is JsonException or FormatException or OverflowException)
        {
            throw new InvalidDocumentException(blob.Name, typeof(T), exception);
        }
    }

    /// <summary>Changes the document, from the start again whenever another one came between.</summary>
    /// <param name="model">The model.</param>
    /// <param name="expected">What the document has to be; null for anything.</param>
    /// <param name="decide">
    /// Gets the present document and a change to fill in, and returns the new one, or null where nothing is to be changed. What it finds to be so when it is
    /// called is so until its decision is written, where that depends on the document alone. May be called several times.
    /// </param>
    /// <returns>What is now stored.</returns>
    /// <exception cref="Exception">It is not what was expected: see the document.</exception>
    public async Task<T> ChangeAsync(
        string model, ETag? expected, string who, string? why, Func<T, ModelChange, Task<T?>> decide, CancellationToken cancellationToken)
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
                throw Unexpected(model, present);
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

    /// <summary>Reads all but the change.</summary>
    /// <exception cref="JsonException">It is no such document.</exception>
    /// <exception cref="FormatException">As well.</exception>
    /// <exception cref="OverflowException">As well.</exception>
    protected abstract T? Parse(ReadOnlySpan<byte> json, IDictionary<string, string> metadata);

    /// <summary>Writes all but the change.</summary>
    /// <returns>The JSON.</returns>
    protected abstract byte[] Serialize(T document, IDictionary<string, string> metadata);

    /// <summary>The document was changed by another one since it was read.</summary>
    protected abstract Exception Unexpected(string model, T present);

    protected BlobClient Blob(string model) => container.GetBlobClient($"{model}/{fileName}");

    /// <returns>Null when another writer was first.</returns>
    private async Task<T?> TryWriteAsync(string model, T wanted, ETag? present, CancellationToken cancellationToken)
    {
        var metadata = new Dictionary<string, string>();
        if (wanted.Change is { } change)
        {
            metadata[ChangeKey] = MetadataText.Of(change);
        }

        var json = Serialize(wanted, metadata);
        var options = new BlobUploadOptions
        {
            Conditions = present is { } etag ? new BlobRequestConditions { IfMatch = etag } : new BlobRequestConditions { IfNoneMatch = ETag.All },
            HttpHeaders = new BlobHttpHeaders { ContentType = "application/json" },
            Metadata = metadata,
        };
        try
        {
            BlobContentInfo info = await Blob(model).UploadAsync(BinaryData.FromBytes(json), options, cancellationToken);
            return wanted with { ETag = info.ETag };
        }
        catch (RequestFailedException exception)
            when (exception.ErrorCode == BlobErrorCode.BlobAlreadyExists || exception.ErrorCode == BlobErrorCode.ConditionNotMet)
        {
            return null;
        }
    }
}

/// <summary>A recorded document with what stands in its metadata, all of which is replaced at once or not at all.</summary>
internal abstract record StoredDocument
{
    /// <summary>The change that made it what it is: what of it is not in the history yet, anyone can write there. Null for what an older program wrote.</summary>
    public ModelChange? Change { get; init; }

    /// <summary>Null when there is none yet.</summary>
    public ETag? ETag { get; init; }
}
