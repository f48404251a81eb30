using Azure;
using Azure.Storage.Blobs;
using GenreCloud.Storage;

namespace GenreCloud.Registry;

/// <summary>Which second versions are tried with which part of an alias's requests: <c>{model}/traffic.json</c> in the registry's container, changed by If-Match.</summary>
public sealed class TrafficRules(BlobServiceClient blobs, ModelRegistry registry)
{
    private readonly BlobContainerClient _container = blobs.GetBlobContainerClient(StorageNames.Containers.Registry);

    /// <summary>The model's rules; none when it has none or does not exist.</summary>
    /// <exception cref="InvalidDocumentException">What is stored are no rules.</exception>
    public async Task<ModelTraffic> GetAsync(string model, CancellationToken cancellationToken)
    {
        ModelName.Require(model, nameof(model));
        var document = await BlobOf(model).ReadJsonAsync<SortedDictionary<string, TrafficRule>>(cancellationToken);
        return new ModelTraffic(document?.Value ?? [], document?.ETag);
    }

    /// <summary>Gives an alias a rule, or takes it away.</summary>
    /// <param name="rule">Null for none.</param>
    /// <param name="expected">The <see cref="ModelTraffic.ETag"/> that the decision was made on; null to change it whatever others did.</param>
    /// <exception cref="ModelNotFoundException">There is no such model, alias or version.</exception>
    /// <exception cref="BlobChangedException">The rules were changed since they were read with <paramref name="expected"/>.</exception>
    public async Task<ModelTraffic> SetAsync(
        string model, string alias, TrafficRule? rule, ETag? expected, CancellationToken cancellationToken)
    {
        await registry.ResolveAsync(model, alias, cancellationToken);
        if (rule is not null)
        {
            await registry.GetCardAsync(model, rule.Version, cancellationToken);
        }

        SortedDictionary<string, TrafficRule> Change(SortedDictionary<string, TrafficRule>? present)
        {
            var changed = new SortedDictionary<string, TrafficRule>(present ?? []);
            changed.Remove(alias);
            if (rule is not null)
            {
                changed.Add(alias, rule);
            }

            return changed;
        }

        var blob = BlobOf(model);
        if (expected is not { } etag)
        {
            var updated = await blob.UpdateJsonAsync<SortedDictionary<string, TrafficRule>>(Change, cancellationToken);
            return new ModelTraffic(updated.Value, updated.ETag);
        }

        var read = await blob.ReadJsonAsync<SortedDictionary<string, TrafficRule>>(cancellationToken);
        var wanted = Change(read?.Value);
        return new ModelTraffic(wanted, await blob.ReplaceJsonAsync(wanted, etag, cancellationToken));
    }

    private BlobClient BlobOf(string model) => _container.GetBlobClient($"{model}/traffic.json");
}
