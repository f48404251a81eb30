using Azure;
using Azure.Storage.Blobs;
using GenreCloud.Storage;

namespace GenreCloud.Registry;

/// <summary>
/// Which second versions are tried with which part of an alias's requests. They stand with the aliases, in the metadata of aliases.json, so that a rule, its line in
/// the history and the deletion of its version cannot contradict each other.
/// </summary>
public sealed class TrafficRules(BlobServiceClient blobs, ModelRegistry registry, TimeProvider time)
{
    /// <summary>Of a model. Metadata of a blob have room for 8 KiB, and a rule takes up to 250 bytes of it.</summary>
    public const int MaxRules = 8;

    private readonly AliasStore _aliases = new(blobs.GetBlobContainerClient(StorageNames.Containers.Registry), time);

    /// <summary>The model's rules; none when it has none or does not exist.</summary>
    /// <exception cref="InvalidDocumentException">What is stored are no rules.</exception>
    public async Task<ModelTraffic> GetAsync(string model, CancellationToken cancellationToken)
    {
        ModelName.Require(model, nameof(model));
        return ToTraffic(await _aliases.ReadAsync(model, cancellationToken));
    }

    /// <summary>Gives an alias a rule, or takes it away; the history says so.</summary>
    /// <param name="rule">Null for none.</param>
    /// <param name="expected">The <see cref="ModelTraffic.ETag"/> that the decision was made on; null to change it whatever others did.</param>
    /// <param name="who">Stands in the history.</param>
    /// <param name="why">As well.</param>
    /// <exception cref="ModelNotFoundException">There is no such model, alias or version.</exception>
    /// <exception cref="AliasesChangedException">A rule or an alias was changed since they were read with <paramref name="expected"/>.</exception>
    /// <exception cref="TooManyRulesException">The model has <see cref="MaxRules"/> already.</exception>
    public async Task<ModelTraffic> SetAsync(
        string model, string alias, TrafficRule? rule, ETag? expected, string who, string? why, CancellationToken cancellationToken)
    {
        await registry.ResolveAsync(model, alias, cancellationToken);
        return ToTraffic(await _aliases.ChangeAsync(
            model,
            expected,
            who,
            why,
            async (present, blank) =>
            {
                if (present.VersionOf(alias) is null)
                {
                    throw new ModelNotFoundException($"The alias '{alias}' of model '{model}' was removed a moment ago.");
                }

                if (rule is not null)
                {
                    await RequireVersionAsync(model, rule.Version, present, cancellationToken);
                }

                var changed = present.Try(alias, rule, blank with { Kind = ModelChangeKind.TrafficChanged, Alias = alias, Traffic = rule });
                return present.Traffic.GetValueOrDefault(alias) == rule ? null
                    : changed.Traffic.Count <= MaxRules ? changed
                    : throw new TooManyRulesException(model);
            },
            cancellationToken));
    }

    private static ModelTraffic ToTraffic(StoredAliases stored) => new(stored.Traffic, stored.ETag);

    private async Task RequireVersionAsync(string model, int version, StoredAliases present, CancellationToken cancellationToken)
    {
        if (present.Deleting.Contains(version))
        {
            throw new ModelNotFoundException($"Version {version} of model '{model}' is being deleted.");
        }

        await registry.GetCardAsync(model, version, cancellationToken);
    }
}

/// <summary>A model has as many rules as there is room for.</summary>
public sealed class TooManyRulesException(string model)
    : Exception($"Model '{model}' has rules for {TrafficRules.MaxRules} aliases already, the most that there may be. Take one away first (DELETE .../aliases/ALIAS/traffic).");
