using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using GenreCloud.Storage;

namespace GenreCloud.Registry;

/// <summary>
/// Versions of models with their lineage, and aliases that move between them, in the container <c>registry</c>, which is at
/// the same time a model repository that NVIDIA Triton can serve.
/// </summary>
/// <remarks>
/// <code>
/// {model}/config.pbtxt      for Triton
/// {model}/{n}/model.onnx    creating it reserves the number n
/// {model}/{n}/weights.safetensors   what another training can start from; Triton takes no notice of it
/// {model}/{n}/staged.json   the card to be; whoever takes over from a registrar that died publishes it
/// {model}/{n}/model.json    the card; written last, makes the version visible; never changed
/// {model}/aliases.json      { "production": n } changed by If-Match
/// {model}/history.jsonl     every move of an alias
/// </code>
/// A registrar that dies before its version is staged leaves a number that is never used, and nothing that can be seen here.
/// </remarks>
public sealed class ModelRegistry(BlobServiceClient blobs, TimeProvider time)
{
    private const string CardName = "model.json";
    private const string OnnxName = "model.onnx";
    private const string StagedName = "staged.json";
    private const string WeightsName = "weights.safetensors";

    private readonly BlobContainerClient _container = blobs.GetBlobContainerClient(StorageNames.Containers.Registry);

    /// <summary>
    /// Registers a new version. The first version of a model becomes <see cref="ModelAlias.Production"/>, every later one
    /// <see cref="ModelAlias.Candidate"/>.
    /// </summary>
    /// <inheritdoc cref="StageAsync"/>
    /// <param name="who">Stands in the history of the aliases.</param>
    public async Task<ModelCard> RegisterAsync(
        string model, ModelFiles files, ModelDescription description, string who, CancellationToken cancellationToken)
    {
        var card = await StageAsync(model, files, description, cancellationToken);
        await PublishAsync(card, who, cancellationToken);
        return card;
    }

    /// <summary>
    /// The first half of registering: stores the files under a version number of its own, and the card, which nobody sees before
    /// <see cref="PublishAsync"/>. In between the caller can note which version will be its; from then on, anyone can finish.
    /// </summary>
    /// <param name="model">See <see cref="ModelName"/>.</param>
    /// <exception cref="ArgumentException">The name is not valid, or the description contradicts itself.</exception>
    public async Task<ModelCard> StageAsync(
        string model, ModelFiles files, ModelDescription description, CancellationToken cancellationToken)
    {
        ModelName.Require(model, nameof(model));
        description.Validate();
        var version = await StoreAsNextVersionAsync(model, files.Onnx, cancellationToken);
        var card = new ModelCard(description, model, version, Sha256Of(files.Onnx), files.Onnx.Length, time.GetUtcNow());
        if (files.Weights is { } weights)
        {
            await CreateAsync(VersionBlob(model, version, WeightsName), weights, cancellationToken);
            card = card with { Weights = new ModelWeights(Sha256Of(weights), weights.Length) };
        }

        await VersionBlob(model, version, StagedName).CreateJsonAsync(card, cancellationToken);
        return card;
    }

    /// <summary>The card of a version that was staged, whether it is visible or not; null when there is none.</summary>
    /// <exception cref="UnusableModelException">The card was written by a newer version of this program.</exception>
    public Task<ModelCard?> FindStagedAsync(string model, int version, CancellationToken cancellationToken) =>
        FindCardAsync(model, version, StagedName, cancellationToken);

    /// <summary>
    /// The second half: makes a staged version visible and gives it its alias. May be called by several, at once or again, as
    /// long as each has the staged card: they make the same version visible, once.
    /// </summary>
    /// <param name="who">Stands in the history of the aliases.</param>
    public async Task PublishAsync(ModelCard card, string who, CancellationToken cancellationToken)
    {
        await StoreTritonConfigurationAsync(card.Model, card.Signature, cancellationToken);
        try
        {
            await VersionBlob(card.Model, card.Version, CardName).CreateJsonAsync(card, cancellationToken);
            RegistryTelemetry.CountRegistration(card.Model);
        }
        catch (BlobAlreadyExistsException)
        {
            // It is this card: there is one staged card a number.
        }

        await MoveAliasAsync(
            card.Model,
            aliases => aliases.Values.Contains(card.Version) ? null
                : !aliases.ContainsKey(ModelAlias.Production) ? ModelAlias.Production

                // A registrar of a later version may have been faster.
                : aliases.GetValueOrDefault(ModelAlias.Candidate) < card.Version ? ModelAlias.Candidate
                : null,
            card.Version,
            expected: null,
            who,
            why: "registered",
            cancellationToken);
    }

    /// <summary>All models with a visible version, by name.</summary>
    public async Task<IReadOnlyList<ModelSummary>> ListModelsAsync(CancellationToken cancellationToken)
    {
        var models = await VisibleVersionsAsync(prefix: null, cancellationToken);
        return await Task.WhenAll(models.Select(async model =>
        {
            var aliases = await GetAliasesAsync(model.Key, cancellationToken);
            return new ModelSummary(model.Key, [.. model.Value], aliases.Versions) { AliasesETag = aliases.ETag };
        }));
    }

    /// <summary>One model with its visible versions.</summary>
    /// <exception cref="ModelNotFoundException">There is no such model.</exception>
    public async Task<ModelSummary> GetModelAsync(string model, CancellationToken cancellationToken)
    {
        var versions = ModelName.IsValid(model)
            ? (await VisibleVersionsAsync($"{model}/", cancellationToken)).GetValueOrDefault(model)
            : null;
        if (versions is null)
        {
            var names = (await VisibleVersionsAsync(prefix: null, cancellationToken)).Keys;
            throw new ModelNotFoundException(
                $"There is no model '{model}'. " + (names.Count == 0 ? "No model is registered yet." : $"There are: {string.Join(", ", names)}."));
        }

        var aliases = await GetAliasesAsync(model, cancellationToken);
        return new ModelSummary(model, [.. versions], aliases.Versions) { AliasesETag = aliases.ETag };
    }

    /// <summary>The card of a version, or null when there is no such model or version.</summary>
    /// <exception cref="InvalidDocumentException">It is not a card.</exception>
    /// <exception cref="UnusableModelException">The card was written by a newer version of this program.</exception>
    public Task<ModelCard?> FindCardAsync(string model, int version, CancellationToken cancellationToken) =>
        FindCardAsync(model, version, CardName, cancellationToken);

    private async Task<ModelCard?> FindCardAsync(string model, int version, string file, CancellationToken cancellationToken)
    {
        if (!ModelName.IsValid(model))
        {
            return null;
        }

        var blob = VersionBlob(model, version, file);
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

    /// <summary>The card of a version.</summary>
    /// <exception cref="ModelNotFoundException">There is no such model or version.</exception>
    /// <exception cref="UnusableModelException">The card was written by a newer version of this program.</exception>
    public async Task<ModelCard> GetCardAsync(string model, int version, CancellationToken cancellationToken)
    {
        if (await FindCardAsync(model, version, cancellationToken) is { } card)
        {
            return card;
        }

        var summary = await GetModelAsync(model, cancellationToken);
        throw new ModelNotFoundException($"Model '{model}' has no version {version}. It has: {string.Join(", ", summary.Versions)}.");
    }

    /// <summary>The version that an alias stands for.</summary>
    /// <exception cref="ModelNotFoundException">There is no such model or alias.</exception>
    public async Task<int> ResolveAsync(string model, string alias, CancellationToken cancellationToken) =>
        Resolve(await GetModelAsync(model, cancellationToken), alias);

    /// <summary>The ONNX model of a version, after its hash was compared with the card's.</summary>
    /// <exception cref="UnusableModelException">The file is missing, or is not the one that was registered.</exception>
    public Task<byte[]> DownloadModelAsync(ModelCard card, CancellationToken cancellationToken) =>
        DownloadAsync(VersionBlob(card.Model, card.Version, OnnxName), card.SizeBytes, card.Sha256, cancellationToken);

    /// <summary>The weights of a version, after their hash was compared with the card's.</summary>
    /// <exception cref="UnusableModelException">The version has none, or the file is missing or not the one that was registered.</exception>
    public Task<byte[]> DownloadWeightsAsync(ModelCard card, CancellationToken cancellationToken) => card.Weights is { } weights
        ? DownloadAsync(VersionBlob(card.Model, card.Version, WeightsName), weights.SizeBytes, weights.Sha256, cancellationToken)
        : throw new UnusableModelException(
            $"Model '{card.Model}' version {card.Version} was registered without its weights, so no training can start from it. Name a version that has them.");

    /// <summary>The model's aliases; none when it has none or does not exist.</summary>
    public async Task<ModelAliases> GetAliasesAsync(string model, CancellationToken cancellationToken)
    {
        ModelName.Require(model, nameof(model));
        var document = await AliasesBlob(model).ReadJsonAsync<SortedDictionary<string, int>>(cancellationToken);
        return new ModelAliases(document?.Value ?? [], document?.ETag);
    }

    /// <summary>Moves an alias, or makes a new one.</summary>
    /// <param name="expected">
    /// The <see cref="ModelAliases.ETag"/> that the decision was made on; null to move it whatever others did.
    /// </param>
    /// <exception cref="ArgumentException">The alias is not a valid name.</exception>
    /// <exception cref="ModelNotFoundException">There is no such model or version.</exception>
    /// <exception cref="BlobChangedException">The aliases were changed since they were read with <paramref name="expected"/>.</exception>
    public async Task<ModelAliases> SetAliasAsync(
        string model, string alias, int version, ETag? expected, string who, string? why, CancellationToken cancellationToken)
    {
        ModelName.Require(alias, nameof(alias));
        await GetCardAsync(model, version, cancellationToken);
        return await MoveAliasAsync(model, _ => alias, version, expected, who, why, cancellationToken);
    }

    /// <summary>Moves an alias back to the version that it stood for before its last move; done twice, it stands where it stood.</summary>
    /// <exception cref="ModelNotFoundException">There is no such model or alias.</exception>
    /// <exception cref="NoEarlierVersionException">The alias has never been moved.</exception>
    public async Task<ModelAliases> RollBackAsync(string model, string alias, string who, string? why, CancellationToken cancellationToken)
    {
        while (true)
        {
            var summary = await GetModelAsync(model, cancellationToken);
            var current = Resolve(summary, alias);
            var last = (await GetHistoryAsync(model, cancellationToken)).LastOrDefault(change => change.Alias == alias);

            // A move is written into the history a moment later, or never when its mover died in between.
            var earlier = last?.To == current ? last.From : last?.To;
            try
            {
                return await MoveAliasAsync(
                    model,
                    _ => alias,
                    earlier ?? throw new NoEarlierVersionException(model, alias, current),
                    summary.AliasesETag,
                    who,
                    why,
                    cancellationToken);
            }
            catch (BlobChangedException)
            {
                // Moved meanwhile: what was before its last move is another version now.
            }
        }
    }

    /// <summary>Every move of an alias of the model, oldest first.</summary>
    public async Task<IReadOnlyList<AliasChange>> GetHistoryAsync(string model, CancellationToken cancellationToken)
    {
        ModelName.Require(model, nameof(model));
        return (await HistoryLog(model).ReadAsync(0, cancellationToken)).Records;
    }

    private static int Resolve(ModelSummary summary, string alias) =>
        summary.Aliases.TryGetValue(alias, out var version)
            ? version
            : throw new ModelNotFoundException(
                $"Model '{summary.Name}' has no alias '{alias}'. It has the versions {string.Join(", ", summary.Versions)} and " +
                (summary.Aliases.Count == 0 ? "no alias." : $"the aliases {string.Join(", ", summary.Aliases.Keys)}."));

    private static async Task<byte[]> DownloadAsync(BlobClient blob, long sizeBytes, string sha256, CancellationToken cancellationToken)
    {
        try
        {
            // A file that has grown is refused before it is read into memory.
            BlobProperties properties = await blob.GetPropertiesAsync(cancellationToken: cancellationToken);
            if (properties.ContentLength != sizeBytes)
            {
                throw Changed(blob, $"it has {properties.ContentLength} bytes, the card says {sizeBytes}");
            }

            var options = new BlobDownloadOptions { Conditions = new BlobRequestConditions { IfMatch = properties.ETag } };
            BlobDownloadResult file = await blob.DownloadContentAsync(options, cancellationToken);
            var content = file.Content.ToArray();
            return Sha256Of(content) is var actual && actual == sha256
                ? content
                : throw Changed(blob, $"its SHA-256 is {actual}, the card says {sha256}");
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            throw new UnusableModelException($"'{blob.Name}' is missing from the registry. Register the model again.");
        }
    }

    private static UnusableModelException Changed(BlobClient blob, string how) =>
        new($"'{blob.Name}' was changed after it was registered: {how}. Register the model again.");

    private static string Sha256Of(ReadOnlyMemory<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content.Span));

    private static async Task CreateAsync(BlobClient blob, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => await blob.UploadAsync(
        BinaryData.FromBytes(content),
        new BlobUploadOptions
        {
            Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All },
            HttpHeaders = new BlobHttpHeaders { ContentType = "application/octet-stream" },
        },
        cancellationToken);

    private async Task<int> StoreAsNextVersionAsync(string model, ReadOnlyMemory<byte> onnx, CancellationToken cancellationToken)
    {
        for (var version = await HighestNumberAsync(model, cancellationToken) + 1; ; version++)
        {
            try
            {
                await CreateAsync(VersionBlob(model, version, OnnxName), onnx, cancellationToken);
                return version;
            }
            catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.BlobAlreadyExists)
            {
                // Another registrar has this number.
            }
        }
    }

    /// <returns>The highest version number in use, visible or not; 0 when there is none.</returns>
    private async Task<int> HighestNumberAsync(string model, CancellationToken cancellationToken)
    {
        var highest = 0;
        var options = new GetBlobsByHierarchyOptions { Prefix = $"{model}/", Delimiter = "/" };
        await foreach (var item in _container.GetBlobsByHierarchyAsync(options, cancellationToken))
        {
            if (item.IsPrefix && TryParseVersion(item.Prefix.Split('/')[1], out var version))
            {
                highest = Math.Max(highest, version);
            }
        }

        return highest;
    }

    private async Task StoreTritonConfigurationAsync(string model, ModelSignature signature, CancellationToken cancellationToken)
    {
        var blob = _container.GetBlobClient($"{model}/config.pbtxt");
        var wanted = TritonConfiguration.Create(model, signature);
        while (true)
        {
            var conditions = new BlobRequestConditions();
            try
            {
                BlobDownloadResult present = await blob.DownloadContentAsync(cancellationToken);
                if (present.Content.ToString() == wanted)
                {
                    return;
                }

                conditions.IfMatch = present.Details.ETag;
            }
            catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.BlobNotFound)
            {
                conditions.IfNoneMatch = ETag.All;
            }

            try
            {
                var options = new BlobUploadOptions { Conditions = conditions, HttpHeaders = new BlobHttpHeaders { ContentType = "text/plain" } };
                await blob.UploadAsync(BinaryData.FromString(wanted), options, cancellationToken);
                return;
            }
            catch (RequestFailedException exception)
                when (exception.ErrorCode == BlobErrorCode.BlobAlreadyExists || exception.ErrorCode == BlobErrorCode.ConditionNotMet)
            {
                // Another registrar wrote it; what it wrote is most likely the same.
            }
        }
    }

    private async Task<ModelAliases> MoveAliasAsync(
        string model,
        Func<IReadOnlyDictionary<string, int>, string?> choose,
        int version,
        ETag? expected,
        string who,
        string? why,
        CancellationToken cancellationToken)
    {
        var blob = AliasesBlob(model);
        AliasChange? change = null;
        SortedDictionary<string, int> Move(SortedDictionary<string, int>? present)
        {
            var alias = choose(present ?? []);
            int? from = alias is not null && present is not null && present.TryGetValue(alias, out var current) ? current : null;
            if (alias is null || from == version)
            {
                change = null;
                return present!;
            }

            change = new AliasChange(time.GetUtcNow(), alias, from, version, who, why);
            return new SortedDictionary<string, int>(present ?? []) { [alias] = version };
        }

        Versioned<SortedDictionary<string, int>> moved;
        if (expected is { } etag)
        {
            var present = await blob.ReadJsonAsync<SortedDictionary<string, int>>(cancellationToken);
            var wanted = Move(present?.Value);
            moved = new Versioned<SortedDictionary<string, int>>(wanted, await blob.ReplaceJsonAsync(wanted, etag, cancellationToken));
        }
        else
        {
            moved = await blob.UpdateJsonAsync<SortedDictionary<string, int>>(Move, cancellationToken);
        }

        if (change is not null)
        {
            RegistryTelemetry.CountAliasChange(model, change.Alias);
            await HistoryLog(model).AppendAsync(change, cancellationToken);
        }

        return new ModelAliases(moved.Value, moved.ETag);
    }

    /// <summary>The versions that have a card, by model.</summary>
    private async Task<SortedDictionary<string, SortedSet<int>>> VisibleVersionsAsync(string? prefix, CancellationToken cancellationToken)
    {
        var models = new SortedDictionary<string, SortedSet<int>>(StringComparer.Ordinal);
        await foreach (var blob in _container.GetBlobsAsync(new GetBlobsOptions { Prefix = prefix }, cancellationToken))
        {
            if (blob.Name.Split('/') is [var model, var number, CardName] && TryParseVersion(number, out var version))
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

    private static bool TryParseVersion(string text, out int version) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out version) && version > 0;

    private BlobClient VersionBlob(string model, int version, string file) =>
        _container.GetBlobClient(string.Create(CultureInfo.InvariantCulture, $"{model}/{version}/{file}"));

    private BlobClient AliasesBlob(string model) => _container.GetBlobClient($"{model}/aliases.json");

    private AppendLog<AliasChange> HistoryLog(string model) => new(_container.GetAppendBlobClient($"{model}/history.jsonl"));
}
