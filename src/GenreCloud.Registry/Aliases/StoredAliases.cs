namespace GenreCloud.Registry;

/// <summary>aliases.json with what stands in its metadata.</summary>
/// <param name="Versions">Version by alias.</param>
/// <param name="Deleting">Versions whose deletion is decided and whose files may not be gone yet. No alias comes to stand for one.</param>
internal sealed record StoredAliases(IReadOnlyDictionary<string, int> Versions, IReadOnlyList<int> Deleting) : StoredDocument
{
    /// <summary>Which second versions are tried, by alias. No version that is named here is deleted.</summary>
    public IReadOnlyDictionary<string, TrafficRule> Traffic { get; init; } = new SortedDictionary<string, TrafficRule>();

    public ModelAliases ToAliases() => new(Versions, ETag);

    public int? VersionOf(string alias) => Versions.TryGetValue(alias, out var version) ? version : null;

    public StoredAliases Move(string alias, int version, ModelChange change) =>
        this with { Versions = new SortedDictionary<string, int>(Versions.ToDictionary(), StringComparer.Ordinal) { [alias] = version }, Change = change };

    public StoredAliases Remove(string alias, ModelChange change) =>
        this with
        {
            Versions = new SortedDictionary<string, int>(Versions.Where(entry => entry.Key != alias).ToDictionary(), StringComparer.Ordinal),
            Traffic = TrafficWithout(alias),
            Change = change,
        };

    /// <param name="rule">Null for none.</param>
    public StoredAliases Try(string alias, TrafficRule? rule, ModelChange change)
    {
        var traffic = TrafficWithout(alias);
        if (rule is not null)
        {
            traffic.Add(alias, rule);
        }

        return this with { Traffic = traffic, Change = change };
    }

    private SortedDictionary<string, TrafficRule> TrafficWithout(string alias) =>
        new(Traffic.Where(entry => entry.Key != alias).ToDictionary(), StringComparer.Ordinal);
}
