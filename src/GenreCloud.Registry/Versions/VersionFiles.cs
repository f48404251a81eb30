using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using GenreCloud.Storage;

namespace GenreCloud.Registry;

/// <summary>The files of versions, <c>{model}/{n}/</c> in the container <c>registry</c>: see <see cref="ModelRegistry"/>.</summary>
internal sealed class VersionFiles(BlobContainerClient container)
{
    public const string OnnxName = "model.onnx";
    public const string WeightsName = "weights.safetensors";
    public const string StagedName = "staged.json";
    public const string CardName = "model.json";

    public static string Sha256Of(ReadOnlyMemory<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content.Span));

    /// <summary>Stores a file that is never changed.</summary>
    /// <exception cref="RequestFailedException"><see cref="BlobErrorCode.BlobAlreadyExists"/>: there is one.</exception>
    public async Task CreateAsync(string model, int version, string file, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        await Blob(model, version, file).UploadAsync(
            BinaryData.FromBytes(content),
            new BlobUploadOptions
            {
                Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All },
                HttpHeaders = new BlobHttpHeaders { ContentType = "application/octet-stream" },
            },
            cancellationToken);

    /// <param name="file"><see cref="StagedName"/> or <see cref="CardName"/>.</param>
    /// <exception cref="BlobAlreadyExistsException">There is one.</exception>
    public Task CreateCardAsync(ModelCard card, string file, CancellationToken cancellationToken) =>
        Blob(card.Model, card.Version, file).CreateJsonAsync(card, cancellationToken);

    /// <param name="file"><see cref="StagedName"/> or <see cref="CardName"/>.</param>
    /// <returns>Null when there is no such model, version or file.</returns>
    /// <exception cref="InvalidDocumentException">It is not a card.</exception>
    /// <exception cref="UnusableModelException">The card was written by a newer version of this program.</exception>
    public async Task<ModelCard?> FindCardAsync(string model, int version, string file, CancellationToken cancellationToken)
    {
        if (!ModelName.IsValid(model))
        {
            return null;
        }

        var blob = Blob(model, version, file);
        if (await blob.ReadJsonAsync<JsonObject>(cancellationToken) is not { } json)
        {
            return null;
        }

        try
        {
            return ModelCardSchema.Read(json.Value);
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            // A member that is there twice is an argument that is not valid.
            throw new InvalidDocumentException(blob.Name, typeof(ModelCard), exception);
        }
    }

    /// <summary>Reads a file, and compares it with what its card says of it.</summary>
    /// <exception cref="UnusableModelException">It is missing, or is not the one that was registered.</exception>
    public async Task<byte[]> DownloadAsync(string model, int version, string file, long sizeBytes, string sha256, CancellationToken cancellationToken)
    {
        var blob = Blob(model, version, file);
        try
        {
            // A file that has grown is refused before it is read into memory.
            BlobProperties properties = await blob.GetPropertiesAsync(cancellationToken: cancellationToken);
            if (properties.ContentLength != sizeBytes)
            {
                throw Changed(blob, $"it has {properties.ContentLength} bytes, the card says {sizeBytes}");
            }

            var options = new BlobDownloadOptions { Conditions = new BlobRequestConditions { IfMatch = properties.ETag } };
            BlobDownloadResult downloaded = await blob.DownloadContentAsync(options, cancellationToken);
            var content = downloaded.Content.ToArray();
            return Sha256Of(content) is var actual && actual == sha256
                ? content
                : throw Changed(blob, $"its SHA-256 is {actual}, the card says {sha256}");
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            throw new UnusableModelException($"'{blob.Name}' is missing from the registry. Register the model again.");
        }
    }

    /// <summary>The versions that have a card, by model.</summary>
    /// <param name="prefix"><c>{model}/</c> for those of one model; null for all.</param>
    public async Task<SortedDictionary<string, SortedSet<int>>> ListVisibleAsync(string? prefix, CancellationToken cancellationToken)
    {
        var models = new SortedDictionary<string, SortedSet<int>>(StringComparer.Ordinal);
        await foreach (var blob in container.GetBlobsAsync(new GetBlobsOptions { Prefix = prefix }, cancellationToken))
        {
            if (blob.Name.Split('/') is [var model, var number, CardName] && TryParse(number, out var version))
            {
                if (!models.TryGetValue(model, out var versions))
                {
                    models.Add(model, versions = []);
                }

                versions.Add(version);
            }
        }

        return models;
    }

    /// <returns>The highest number of a version that has files, whether it is visible or not; 0 when there is none.</returns>
    public async Task<int> FindHighestNumberAsync(string model, CancellationToken cancellationToken)
    {
        var highest = 0;
        var options = new GetBlobsByHierarchyOptions { Prefix = $"{model}/", Delimiter = "/" };
        await foreach (var item in container.GetBlobsByHierarchyAsync(options, cancellationToken))
        {
            if (item.IsPrefix && TryParse(item.Prefix.Split('/')[1], out var version))
            {
                highest = Math.Max(highest, version);
            }
        }

        return highest;
    }

    /// <summary>
    /// Deletes the files of versions. The card goes first, so that nobody here sees half a version, and model.onnx last: a folder of a version that lacks it
    /// would be an error to Triton, and with its last file a folder is gone. May be done again, and by several at once.
    /// </summary>
    public async Task DeleteAsync(string model, IReadOnlyCollection<int> versions, CancellationToken cancellationToken)
    {
        if (versions.Count == 0)
        {
            return;
        }

        var files = new List<(string Name, string File)>();
        await foreach (var blob in container.GetBlobsAsync(new GetBlobsOptions { Prefix = $"{model}/" }, cancellationToken))
        {
            if (blob.Name.Split('/') is [_, var number, var file] && TryParse(number, out var version) && versions.Contains(version))
            {
                files.Add((blob.Name, file));
            }
        }

        foreach (var (name, _) in files.OrderBy(file => file.File switch { CardName => 0, OnnxName => 2, _ => 1 }))
        {
            await container.GetBlobClient(name).DeleteIfExistsAsync(DeleteSnapshotsOption.IncludeSnapshots, cancellationToken: cancellationToken);
        }
    }

    private static UnusableModelException Changed(BlobClient blob, string how) =>
        new($"'{blob.Name}' was changed after it was registered: {how}. Register the model again.");

    private static bool TryParse(string number, out int version) =>
        int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out version) && version > 0;

    private BlobClient Blob(string model, int version, string file) =>
        container.GetBlobClient(string.Create(CultureInfo.InvariantCulture, $"{model}/{version}/{file}"));
}
